/**
 * What tests need that kill and freeze processes: programs in JVMs of their own, work of
 * all kinds for them, and an account of what became of it.
 */
@NullMarked
package dev.kiwi.test.faults;

import org.jspecify.annotations.NullMarked;
