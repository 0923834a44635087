package dev.kiwi.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;

/**
 * A message as it goes over the wire.
 *
 * @param properties its properties
 * @param body its body
 */
record WireMessage(BasicProperties properties, byte[] body) {

}
