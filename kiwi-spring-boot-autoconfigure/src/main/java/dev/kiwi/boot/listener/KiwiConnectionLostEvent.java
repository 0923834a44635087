package dev.kiwi.boot.listener;

/**
 * The connection is gone; kiwi is reconnecting.
 *
 * @param cause what ended it
 */
public record KiwiConnectionLostEvent(Throwable cause) {

}
