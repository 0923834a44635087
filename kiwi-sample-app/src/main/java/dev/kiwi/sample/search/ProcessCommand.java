package dev.kiwi.sample.search;

/**
 * What a running search can be told by RPC {@code process.<id>}.
 */
public enum ProcessCommand {

	STATUS, PAUSE, PLAY, KILL

}
