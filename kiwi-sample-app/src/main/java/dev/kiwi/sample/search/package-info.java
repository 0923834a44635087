/**
 * The worker: runs one search per task, tells of its states and can be steered.
 */
@NullMarked
package dev.kiwi.sample.search;

import org.jspecify.annotations.NullMarked;
