package io.octavo.protocol.api;

/// Every error code of the protocol, with Kafka's names and numbers. The texts are ours; they are
/// what an answer with room for a message says when the handler has nothing better.
public enum ErrorCode {
    UNKNOWN_SERVER_ERROR(
            -1, false, "The broker failed for a reason of its own; its log says more."),
    NONE(0, false, "No error."),
    OFFSET_OUT_OF_RANGE(
            1,
            false,
            "The log does not hold this offset: it is before the start or behind the end."),
    CORRUPT_MESSAGE(
            2, true, "The batch is damaged: its checksum, its size or its records are wrong."),
    UNKNOWN_TOPIC_OR_PARTITION(3, true, "This broker has no such topic or partition."),
    INVALID_FETCH_SIZE(4, false, "The number of bytes to fetch is not valid."),
    LEADER_NOT_AVAILABLE(5, true, "The partition has no leader at the moment."),
    NOT_LEADER_OR_FOLLOWER(
            6, true, "This broker is not the partition's leader, or holds no replica of it."),
    REQUEST_TIMED_OUT(7, true, "The request was not complete within its time limit."),
    BROKER_NOT_AVAILABLE(8, false, "The broker cannot be reached."),
    REPLICA_NOT_AVAILABLE(9, true, "The replica cannot be reached."),
    MESSAGE_TOO_LARGE(10, false, "The batch is larger than the topic accepts (max.message.bytes)."),
    STALE_CONTROLLER_EPOCH(11, false, "Another broker has become the controller."),
    OFFSET_METADATA_TOO_LARGE(
            12, false, "The text kept with the offset is too long (offset.metadata.max.bytes)."),
    NETWORK_EXCEPTION(13, true, "The connection ended before the answer came."),
    COORDINATOR_LOAD_IN_PROGRESS(14, true, "The coordinator is still reading its state."),
    COORDINATOR_NOT_AVAILABLE(15, true, "There is no coordinator at the moment."),
    NOT_COORDINATOR(16, true, "Another broker is the coordinator."),
    INVALID_TOPIC_EXCEPTION(
            17,
            false,
            "The topic's name is not allowed, or the operation is not allowed on this topic."),
    RECORD_LIST_TOO_LARGE(18, false, "The batch is larger than a segment (segment.bytes)."),
    NOT_ENOUGH_REPLICAS(
            19,
            true,
            "Nothing was written: fewer replicas are in sync than min.insync.replicas demands."),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(
            20,
            true,
            "The records were written, but fewer replicas hold them than min.insync.replicas demands."),
    INVALID_REQUIRED_ACKS(21, false, "acks must be 0, 1 or -1 (all)."),
    ILLEGAL_GENERATION(22, false, "The group has moved on to another generation."),
    INCONSISTENT_GROUP_PROTOCOL(
            23, false, "The member offers no protocol that the group's other members know."),
    INVALID_GROUP_ID(24, false, "The group id is not valid."),
    UNKNOWN_MEMBER_ID(25, false, "The group has no member with this id."),
    INVALID_SESSION_TIMEOUT(
            26,
            false,
            "The session timeout is outside the bounds of group.min.session.timeout.ms and group.max.session.timeout.ms."),
    REBALANCE_IN_PROGRESS(27, false, "The group is rebalancing: join it again."),
    INVALID_COMMIT_OFFSET_SIZE(
            28, false, "The committed offset and its text are too large to be stored."),
    TOPIC_AUTHORIZATION_FAILED(29, false, "Not allowed on this topic."),
    GROUP_AUTHORIZATION_FAILED(30, false, "Not allowed on this group."),
    CLUSTER_AUTHORIZATION_FAILED(31, false, "Not allowed on this cluster."),
    INVALID_TIMESTAMP(32, false, "A record's timestamp is too far from the broker's clock."),
    UNSUPPORTED_SASL_MECHANISM(33, false, "The broker does not offer this SASL mechanism."),
    ILLEGAL_SASL_STATE(
            34, false, "The request is not expected at this point of the authentication."),
    UNSUPPORTED_VERSION(35, false, "The broker does not serve this version of the API."),
    TOPIC_ALREADY_EXISTS(36, false, "A topic of this name exists."),
    INVALID_PARTITIONS(37, false, "The number of partitions is not valid."),
    INVALID_REPLICATION_FACTOR(
            38, false, "The replication factor is below 1 or above the number of live brokers."),
    INVALID_REPLICA_ASSIGNMENT(39, false, "The assignment of replicas to brokers is not valid."),
    INVALID_CONFIG(40, false, "A setting has an unknown name or a value that is not valid."),
    NOT_CONTROLLER(41, true, "Another broker is the controller."),
    INVALID_REQUEST(42, false, "The request contradicts itself or the protocol."),
    UNSUPPORTED_FOR_MESSAGE_FORMAT(
            43, false, "The request needs a newer record format than the log has."),
    POLICY_VIOLATION(44, false, "A policy of this cluster forbids the request."),
    OUT_OF_ORDER_SEQUENCE_NUMBER(
            45, false, "The producer's batch does not follow its previous one."),
    DUPLICATE_SEQUENCE_NUMBER(46, false, "The producer's batch was written before."),
    INVALID_PRODUCER_EPOCH(47, false, "A newer instance of this producer exists."),
    INVALID_TXN_STATE(48, false, "The transaction is in no state for this operation."),
    INVALID_PRODUCER_ID_MAPPING(
            49, false, "The producer id does not belong to this transactional id."),
    INVALID_TRANSACTION_TIMEOUT(
            50,
            false,
            "The transaction timeout is above transaction.max.timeout.ms, or not positive."),
    CONCURRENT_TRANSACTIONS(
            51, true, "An earlier operation on this transaction is not finished yet."),
    TRANSACTION_COORDINATOR_FENCED(
            52, false, "Another broker has become the coordinator of this transaction."),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53, false, "Not allowed for this transactional id."),
    SECURITY_DISABLED(54, false, "Authorization is switched off."),
    OPERATION_NOT_ATTEMPTED(55, false, "Not tried, because an earlier part of the request failed."),
    KAFKA_STORAGE_ERROR(56, true, "The disk that holds the partition failed."),
    LOG_DIR_NOT_FOUND(57, false, "The broker has no such data directory."),
    SASL_AUTHENTICATION_FAILED(58, false, "Authentication failed."),
    UNKNOWN_PRODUCER_ID(59, false, "The log remembers nothing of this producer."),
    REASSIGNMENT_IN_PROGRESS(60, false, "The partition's replicas are being moved."),
    DELEGATION_TOKEN_AUTH_DISABLED(61, false, "Delegation tokens are switched off."),
    DELEGATION_TOKEN_NOT_FOUND(62, false, "There is no such delegation token."),
    DELEGATION_TOKEN_OWNER_MISMATCH(
            63, false, "The principal neither owns nor may renew this delegation token."),
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(
            64, false, "Delegation tokens are not handed out on this kind of connection."),
    DELEGATION_TOKEN_AUTHORIZATION_FAILED(65, false, "Not allowed on this delegation token."),
    DELEGATION_TOKEN_EXPIRED(66, false, "The delegation token has expired."),
    INVALID_PRINCIPAL_TYPE(67, false, "This type of principal is not known."),
    NON_EMPTY_GROUP(68, false, "The group still has members."),
    GROUP_ID_NOT_FOUND(69, false, "There is no such group."),
    FETCH_SESSION_ID_NOT_FOUND(70, true, "The broker has forgotten this fetch session."),
    INVALID_FETCH_SESSION_EPOCH(71, true, "The fetch session's epoch is not the expected one."),
    LISTENER_NOT_FOUND(
            72,
            true,
            "The partition's leader has no listener of the name through which it was asked for."),
    TOPIC_DELETION_DISABLED(73, false, "Deleting topics is switched off (delete.topic.enable)."),
    FENCED_LEADER_EPOCH(74, true, "The leader epoch is older than the broker's."),
    UNKNOWN_LEADER_EPOCH(75, true, "The leader epoch is newer than the broker's."),
    UNSUPPORTED_COMPRESSION_TYPE(
            76, false, "This version of the request cannot carry the batch's compression."),
    STALE_BROKER_EPOCH(77, false, "The broker has registered again since."),
    OFFSET_NOT_AVAILABLE(
            78, true, "The new leader does not know yet how far the log is committed."),
    MEMBER_ID_REQUIRED(79, false, "Join again with the member id of this answer."),
    PREFERRED_LEADER_NOT_AVAILABLE(80, true, "The preferred leader is not available."),
    GROUP_MAX_SIZE_REACHED(81, false, "The group has as many members as group.max.size allows."),
    FENCED_INSTANCE_ID(82, false, "Another member has taken over this group.instance.id."),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, true, "No replica that may lead is available."),
    ELECTION_NOT_NEEDED(84, true, "The partition has the leader it should have."),
    NO_REASSIGNMENT_IN_PROGRESS(85, false, "No replicas of this partition are being moved."),
    GROUP_SUBSCRIBED_TO_TOPIC(86, false, "The group still reads this topic."),
    INVALID_RECORD(87, false, "A record is not valid for this topic."),
    UNSTABLE_OFFSET_COMMIT(
            88, true, "A transaction that commits these offsets is not finished yet."),
    THROTTLING_QUOTA_EXCEEDED(89, true, "The quota is used up for now."),
    PRODUCER_FENCED(90, false, "A newer producer uses this transactional id."),
    RESOURCE_NOT_FOUND(91, false, "The request names something that does not exist."),
    DUPLICATE_RESOURCE(92, false, "The request names the same thing twice."),
    UNACCEPTABLE_CREDENTIAL(93, false, "The credential does not meet the rules."),
    INCONSISTENT_VOTER_SET(94, false, "Sender or receiver is not one of the voters."),
    INVALID_UPDATE_VERSION(95, false, "The feature cannot be set to this version."),
    FEATURE_UPDATE_FAILED(96, false, "The features could not be changed."),
    PRINCIPAL_DESERIALIZATION_FAILURE(97, false, "The forwarded principal could not be read."),
    SNAPSHOT_NOT_FOUND(98, false, "There is no such snapshot."),
    POSITION_OUT_OF_RANGE(99, false, "The position is not inside the snapshot."),
    UNKNOWN_TOPIC_ID(100, true, "This broker knows no topic with this id."),
    DUPLICATE_BROKER_REGISTRATION(101, false, "Another live broker has this id."),
    BROKER_ID_NOT_REGISTERED(102, false, "No broker with this id is registered."),
    INCONSISTENT_TOPIC_ID(103, true, "The log belongs to a topic with another id."),
    INCONSISTENT_CLUSTER_ID(104, false, "The request is meant for another cluster."),
    TRANSACTIONAL_ID_NOT_FOUND(105, false, "There is no such transactional id."),
    FETCH_SESSION_TOPIC_ID_ERROR(106, true, "The fetch session mixes topic names and topic ids."),
    INELIGIBLE_REPLICA(
            107, false, "A replica in the new set of in-sync replicas may not be there."),
    NEW_LEADER_ELECTED(108, false, "The change was made, and another replica leads now."),
    OFFSET_MOVED_TO_TIERED_STORAGE(109, false, "The offset is only in tiered storage."),
    FENCED_MEMBER_EPOCH(
            110,
            false,
            "The member is behind its group: it must give up its partitions and join again."),
    UNRELEASED_INSTANCE_ID(111, false, "Another member still uses this instance id."),
    UNSUPPORTED_ASSIGNOR(
            112, false, "The group does not know this assignor, or not this version of it."),
    STALE_MEMBER_EPOCH(113, false, "The member must wait for its new epoch and try again."),
    MISMATCHED_ENDPOINT_TYPE(114, false, "The request belongs to another type of endpoint."),
    UNSUPPORTED_ENDPOINT_TYPE(115, false, "This type of endpoint is not served."),
    UNKNOWN_CONTROLLER_ID(116, false, "There is no controller with this id."),
    UNKNOWN_SUBSCRIPTION_ID(117, false, "The telemetry subscription has changed."),
    TELEMETRY_TOO_LARGE(118, false, "The telemetry is larger than the broker accepts."),
    INVALID_REGISTRATION(119, false, "The broker's registration is not valid."),
    TRANSACTION_ABORTABLE(120, false, "The transaction cannot go on: abort it, and begin another."),
    INVALID_RECORD_STATE(
            121, false, "The record is not in a state in which it can be acknowledged."),
    SHARE_SESSION_NOT_FOUND(122, true, "The broker has forgotten this share session."),
    INVALID_SHARE_SESSION_EPOCH(123, true, "The share session's epoch is not the expected one."),
    FENCED_STATE_EPOCH(124, false, "The share group's state has a newer epoch."),
    INVALID_VOTER_KEY(125, false, "The voter's key is not the receiving replica's."),
    DUPLICATE_VOTER(126, false, "The replica is a voter already."),
    VOTER_NOT_FOUND(127, false, "The replica is not a voter."),
    INVALID_REGULAR_EXPRESSION(128, false, "The regular expression is not valid."),
    REBOOTSTRAP_REQUIRED(
            129,
            false,
            "What the client knows is too old: it must begin with its bootstrap servers again."),
    STREAMS_INVALID_TOPOLOGY(130, false, "The topology is not valid."),
    STREAMS_INVALID_TOPOLOGY_EPOCH(131, false, "The topology's epoch is not valid."),
    STREAMS_TOPOLOGY_FENCED(132, false, "A newer topology exists."),
    SHARE_SESSION_LIMIT_REACHED(133, true, "The broker holds as many share sessions as it allows.");

    private static final ErrorCode[] BY_CODE = new ErrorCode[values().length - 1];

    static {
        for (ErrorCode error : values()) {
            if (error != UNKNOWN_SERVER_ERROR) {
                BY_CODE[error.code] = error;
            }
        }
    }

    private final short code;
    private final boolean retriable;
    private final String message;

    ErrorCode(int code, boolean retriable, String message) {
        this.code = (short) code;
        this.retriable = retriable;
        this.message = message;
    }

    /// @return the error of that number; [#UNKNOWN_SERVER_ERROR] if there is none
    public static ErrorCode of(short code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN_SERVER_ERROR;
    }

    /// @return the number on the wire
    public short code() {
        return code;
    }

    /// @return whether the same request may succeed later without anybody changing it
    public boolean retriable() {
        return retriable;
    }

    /// @return one sentence for a person
    public String message() {
        return message;
    }
}
