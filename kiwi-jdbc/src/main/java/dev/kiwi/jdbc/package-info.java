/**
 * The database transport: the row is the truth, the doorbell only wakes.
 */
@NullMarked
package dev.kiwi.jdbc;

import org.jspecify.annotations.NullMarked;
