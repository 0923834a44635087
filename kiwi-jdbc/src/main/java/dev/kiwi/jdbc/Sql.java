package dev.kiwi.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements in one database's words: {@code {now}} and its like are the dialect's,
 * {@code {task}} and any other word is the table of that name. In a statement for many
 * rows, <code>{body:bytes}</code> is a column of theirs, see {@link ForRows}.
 */
final class Sql {

	private static final Pattern WORD = Pattern.compile("\\{([a-z_]+)}");

	private static final Pattern COLUMN = Pattern.compile("\\{([a-z_]+):([a-z_]+)}");

	private final Dialect dialect;

	private final String prefix;

	private final Map<String, String> texts = new ConcurrentHashMap<>();

	private final Map<String, ForRows> forRows = new ConcurrentHashMap<>();

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

	ForRows forRows(String template) {
		ForRows statement = this.forRows.get(template);
		return (statement != null) ? statement : this.forRows.computeIfAbsent(template, this::writtenForRows);
	}

	private ForRows writtenForRows(String template) {
		List<ForRows.Column> columns = new ArrayList<>();
		String text = COLUMN.matcher(template).replaceAll((match) -> {
			ForRows.Column column = ForRows.Column.of(match.group(1), match.group(2));
			columns.add(column);
			return Matcher.quoteReplacement(column.in(this.dialect));
		});
		return this.dialect.forRows(written(text), columns);
	}

	private String written(String template) {
		return WORD.matcher(template).replaceAll((match) -> Matcher.quoteReplacement(word(match.group(1)))).strip();
	}

	private String word(String word) {
		return switch (word) {
			case "now" -> this.dialect.now();
			case "statement_now" -> this.dialect.statementNow();
			case "from_now" -> this.dialect.fromNow();
			case "from_statement" -> this.dialect.fromStatement();
			case "picked" -> this.dialect.picked();
			case "end_picked" -> this.dialect.endPicked();
			case "values", "end_values", "from_rows" -> '{' + word + '}';
			case "skip_locked" -> this.dialect.skipLocked();
			case "unless_there" -> this.dialect.unlessThere();
			default -> this.prefix + word;
		};
	}

}
