/**
 * The RabbitMQ transport.
 */
@NullMarked
package dev.kiwi.amqp;

import org.jspecify.annotations.NullMarked;
