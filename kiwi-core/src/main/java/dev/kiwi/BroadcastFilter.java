package dev.kiwi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Chooses broadcasts by subject and sender. Several patterns of one kind are or-ed, the
 * two kinds are and-ed; without patterns of a kind everything passes, with them an absent
 * subject or sender does not.
 *
 * @param subjects patterns for the subject
 * @param senders patterns for the sender
 * @see TextPattern
 */
public record BroadcastFilter(List<TextPattern> subjects, List<TextPattern> senders) {

	public BroadcastFilter {
		subjects = List.copyOf(subjects);
		senders = List.copyOf(senders);
	}

	/**
	 * Lets everything pass.
	 * @return the filter
	 */
	public static BroadcastFilter any() {
		return new BroadcastFilter(List.of(), List.of());
	}

	/**
	 * Chooses by subject.
	 * @param patterns as {@link TextPattern#parse(String)} reads them
	 * @return the filter
	 */
	public static BroadcastFilter subject(String... patterns) {
		return any().withSubjects(patterns);
	}

	/**
	 * Chooses by sender.
	 * @param patterns as {@link TextPattern#parse(String)} reads them
	 * @return the filter
	 */
	public static BroadcastFilter from(String... patterns) {
		return any().sender(patterns);
	}

	/**
	 * This filter with further subjects.
	 * @param patterns as {@link TextPattern#parse(String)} reads them
	 * @return the filter
	 */
	public BroadcastFilter withSubjects(String... patterns) {
		return new BroadcastFilter(joined(this.subjects, patterns), this.senders);
	}

	/**
	 * This filter with further senders.
	 * @param patterns as {@link TextPattern#parse(String)} reads them
	 * @return the filter
	 */
	public BroadcastFilter sender(String... patterns) {
		return new BroadcastFilter(this.subjects, joined(this.senders, patterns));
	}

	/**
	 * Whether a broadcast passes.
	 * @param subject its subject, or null
	 * @param sender its sender, or null
	 * @return true if it passes
	 */
	public boolean matches(@Nullable String subject, @Nullable String sender) {
		return matches(this.subjects, subject) && matches(this.senders, sender);
	}

	@Override
	public String toString() {
		return "subject " + (this.subjects.isEmpty() ? "*" : this.subjects)
				+ (this.senders.isEmpty() ? "" : " sender " + this.senders);
	}

	private static boolean matches(List<TextPattern> patterns, @Nullable String text) {
		if (patterns.isEmpty()) {
			return true;
		}
		if (text != null) {
			for (TextPattern pattern : patterns) {
				if (pattern.matches(text)) {
					return true;
				}
			}
		}
		return false;
	}

	private static List<TextPattern> joined(List<TextPattern> present, String... further) {
		List<TextPattern> all = new ArrayList<>(present);
		Arrays.stream(further).map(TextPattern::parse).forEach(all::add);
		return all;
	}

}
