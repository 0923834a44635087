package dev.kiwi.boot.listener;

/**
 * The connection is back and every subscription with it.
 */
public record KiwiConnectionRecoveredEvent() {

}
