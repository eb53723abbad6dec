package io.octavo.bench.queue;

import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import io.octavo.ports.Clock;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.concurrent.Semaphore;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQMessageProducer;
import org.apache.activemq.AsyncCallback;

/// A load program: sends persistent messages to a queue of ActiveMQ, asynchronously. Without
/// confirms a message is done when it is in the socket; with them, when the broker answered.
///
/// Arguments: those of [MessageLoad], WINDOW (how many may be unconfirmed; 0: no confirms). Prints
/// a [Timeline].
final class ActiveMqProducer {
    private final MessageLoad load;
    private final Session session;
    private final ActiveMQMessageProducer producer;
    private final byte[] message;

    private ActiveMqProducer(MessageLoad load, Session session) throws JMSException {
        this.load = load;
        this.session = session;
        this.producer =
                (ActiveMQMessageProducer)
                        session.createProducer(session.createQueue(load.destination()));
        this.message = load.message();
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    }

    public static void main(String[] args) throws JMSException, InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        int window = Integer.parseInt(args[MessageLoad.ARGUMENTS]);
        try (Connection connection = connect(load);
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            ActiveMqProducer program = new ActiveMqProducer(load, session);
            if (window == 0) {
                program.send();
            } else {
                program.sendConfirmed(window);
            }
        }
    }

    /// A started connection that sends asynchronously; everything else is the client's default, of
    /// which a consumer's prefetch of 1,000 is the paper's.
    static Connection connect(MessageLoad load) throws JMSException {
        ActiveMQConnectionFactory factory =
                new ActiveMQConnectionFactory("tcp://" + load.address() + "?jms.useAsyncSend=true");
        Connection connection = factory.createConnection();
        connection.start();
        return connection;
    }

    private void send() throws JMSException, InterruptedException {
        Timeline timeline = Timeline.begin(Clock.system(), load.messages());
        for (long i = 0; i < load.messages(); i++) {
            producer.send(next());
            timeline.done(1);
        }
        timeline.print();
    }

    private void sendConfirmed(int window) throws JMSException, InterruptedException {
        Semaphore free = new Semaphore(window);
        Timeline timeline = Timeline.begin(Clock.system(), load.messages());
        AsyncCallback answered =
                new AsyncCallback() {
                    @Override
                    public void onSuccess() {
                        free.release();
                        timeline.done(1);
                    }

                    @Override
                    public void onException(JMSException problem) {
                        timeline.failed(problem);
                        free.release(window);
                    }
                };
        for (long i = 0; i < load.messages() && timeline.problem() == null; i++) {
            free.acquire();
            producer.send(next(), answered);
        }
        timeline.print();
    }

    /// A message belongs to whom it was sent to; each is its own.
    private BytesMessage next() throws JMSException {
        BytesMessage next = session.createBytesMessage();
        next.writeBytes(message);
        return next;
    }
}
