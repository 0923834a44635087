package dev.kiwi.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements in one database's words: {@code {now}} and its like are the dialect's,
 * {@code {task}} and any other word is the table of that name.
 */
final class Sql {

	private static final Pattern WORD = Pattern.compile("\\{([a-z_]+)}");

	private final Dialect dialect;

	private final String prefix;

	private final Map<String, String> texts = new ConcurrentHashMap<>();

	Sql(Dialect dialect, String prefix) {
		this.dialect = dialect;
		this.prefix = prefix;
	}

	Dialect dialect() {
		return this.dialect;
	}

	String of(String template) {
		String text = this.texts.get(template);
		return (text != null) ? text : this.texts.computeIfAbsent(template, this::written);
	}

	String updating(String template, String columns) {
		String text = this.texts.get(template);
		return (text != null) ? text
				: this.texts.computeIfAbsent(template, (key) -> this.dialect.updating(written(key), columns));
	}

	String deleting(String template, String columns) {
		String text = this.texts.get(template);
		return (text != null) ? text
				: this.texts.computeIfAbsent(template, (key) -> this.dialect.deleting(written(key), columns));
	}

	private String written(String template) {
		return WORD.matcher(template).replaceAll((match) -> Matcher.quoteReplacement(word(match.group(1)))).strip();
	}

	private String word(String word) {
		return switch (word) {
			case "now" -> this.dialect.now();
			case "statement_now" -> this.dialect.statementNow();
			case "from_now" -> this.dialect.fromNow();
			case "picked" -> this.dialect.picked();
			case "end_picked" -> this.dialect.endPicked();
			case "skip_locked" -> this.dialect.skipLocked();
			case "unless_there" -> this.dialect.unlessThere();
			default -> this.prefix + word;
		};
	}

}
