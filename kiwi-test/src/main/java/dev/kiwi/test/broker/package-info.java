/**
 * A real RabbitMQ for tests, wherever they run, and the faults that can be done to it.
 */
@NullMarked
package dev.kiwi.test.broker;

import org.jspecify.annotations.NullMarked;
