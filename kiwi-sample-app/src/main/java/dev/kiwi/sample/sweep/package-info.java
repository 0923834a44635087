/**
 * The client: sends one search per size and seed, follows them and compares what they
 * found with what is published.
 */
@NullMarked
package dev.kiwi.sample.sweep;

import org.jspecify.annotations.NullMarked;
