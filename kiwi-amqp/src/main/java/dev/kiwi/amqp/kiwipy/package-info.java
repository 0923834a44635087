/**
 * What kiwiPy puts into its messages: YAML 1.1 as PyYAML writes and reads it. Knows
 * nothing of AMQP.
 */
@NullMarked
package dev.kiwi.amqp.kiwipy;

import org.jspecify.annotations.NullMarked;
