package dev.kiwi.sample.search;

import java.util.Locale;

/**
 * Where a search stands.
 */
public enum ProcessState {

	CREATED, RUNNING, PAUSED, FINISHED, KILLED;

	/**
	 * Whether nothing follows.
	 * @return true for a search that is over
	 */
	public boolean isFinal() {
		return this == FINISHED || this == KILLED;
	}

	/**
	 * The subject of the broadcast that tells of a change.
	 * @param to the state after the change from this one
	 * @return {@code state_changed.<from>.<to>}
	 */
	public String changeTo(ProcessState to) {
		return ("state_changed." + this + "." + to).toLowerCase(Locale.ROOT);
	}

}
