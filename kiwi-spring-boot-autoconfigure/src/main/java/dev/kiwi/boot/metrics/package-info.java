/**
 * Metrics and traces of what goes through Kiwi, by Micrometer. What is told, and under
 * which names, is documented in {@link dev.kiwi.boot.metrics.KiwiObservation}; a bean of
 * a convention's type replaces the default.
 */
@NullMarked
package dev.kiwi.boot.metrics;

import org.jspecify.annotations.NullMarked;
