package io.octavo.bench.queue;

import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import io.octavo.ports.Clock;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

/// A load program: receives the messages of a queue of ActiveMQ, acknowledged automatically and up
/// to 1,000 in advance, as the paper says; both are the client's defaults.
///
/// Arguments: those of [MessageLoad]. Prints a [Timeline].
final class ActiveMqConsumer {
    private ActiveMqConsumer() {}

    public static void main(String[] args) throws JMSException, InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        try (Connection connection = ActiveMqProducer.connect(load);
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer =
                        session.createConsumer(session.createQueue(load.destination()))) {
            Timeline timeline = Timeline.begin(Clock.system(), load.messages());
            consumer.setMessageListener(message -> {
                try {
                    BytesMessage received = (BytesMessage) message;
                    byte[] body = new byte[(int) received.getBodyLength()];
                    received.readBytes(body);
                    timeline.received(load, body);
                } catch (JMSException e) {
                    timeline.failed(e);
                }
            });
            timeline.print();
        }
    }
}
