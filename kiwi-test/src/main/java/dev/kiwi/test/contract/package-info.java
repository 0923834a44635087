/**
 * What every transport promises, said once.
 * {@link dev.kiwi.test.contract.TransportContract} joins the rooms.
 */
@NullMarked
package dev.kiwi.test.contract;

import org.jspecify.annotations.NullMarked;
