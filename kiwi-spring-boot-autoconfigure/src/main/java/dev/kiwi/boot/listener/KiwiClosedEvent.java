package dev.kiwi.boot.listener;

/**
 * The communicator was closed. Comes while the context closes: beans that are destroyed
 * by then do not hear it.
 */
public record KiwiClosedEvent() {

}
