/**
 * Contenders on RabbitMQ.
 */
@NullMarked
package dev.kiwi.benchmarks.rabbit;

import org.jspecify.annotations.NullMarked;
