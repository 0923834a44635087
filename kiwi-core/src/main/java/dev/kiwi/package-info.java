/**
 * The public contract: tasks, remote calls and broadcasts.
 */
@NullMarked
package dev.kiwi;

import org.jspecify.annotations.NullMarked;
