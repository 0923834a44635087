package dev.kiwi;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for a whole text: a literal, a glob or a regular expression. Compiled once.
 */
public final class TextPattern {

	/**
	 * What a regular expression starts with: {@value}.
	 */
	public static final String REGEX_PREFIX = "regex:";

	/**
	 * How a pattern is written.
	 */
	public enum Syntax {

		/**
		 * {@code *} matches any run of characters, dots included; all else is itself.
		 */
		GLOB,

		/**
		 * A {@link Pattern} that must match the whole text.
		 */
		REGEX

	}

	private final Syntax syntax;

	private final String expression;

	private final Predicate<String> test;

	private TextPattern(Syntax syntax, String expression, Predicate<String> test) {
		this.syntax = syntax;
		this.expression = expression;
		this.test = test;
	}

	/**
	 * Reads a pattern: a regular expression after {@value #REGEX_PREFIX}, else a glob.
	 * @param text the pattern's text
	 * @return the pattern
	 * @throws IllegalArgumentException if the regular expression is malformed
	 */
	public static TextPattern parse(String text) {
		return text.startsWith(REGEX_PREFIX) ? regex(text.substring(REGEX_PREFIX.length())) : glob(text);
	}

	/**
	 * A glob.
	 * @param expression the glob
	 * @return the pattern
	 */
	public static TextPattern glob(String expression) {
		String[] literals = expression.split("\\*", -1);
		return new TextPattern(Syntax.GLOB, expression,
				(literals.length == 1) ? expression::equals : (text) -> follow(literals, text));
	}

	/** Whether the literals follow each other, from the text's beginning to its end. */
	private static boolean follow(String[] literals, String text) {
		if (!text.startsWith(literals[0])) {
			return false;
		}
		int end = literals[0].length();
		int last = literals.length - 1;
		for (int index = 1; index < last; index++) {
			int found = text.indexOf(literals[index], end);
			if (found < 0) {
				return false;
			}
			end = found + literals[index].length();
		}
		return text.length() - literals[last].length() >= end && text.endsWith(literals[last]);
	}

	/**
	 * A regular expression for the whole text.
	 * @param expression the expression
	 * @return the pattern
	 * @throws IllegalArgumentException if it is malformed
	 */
	public static TextPattern regex(String expression) {
		try {
			return new TextPattern(Syntax.REGEX, expression,
					Pattern.compile(expression, Pattern.DOTALL).asMatchPredicate());
		}
		catch (PatternSyntaxException ex) {
			throw new IllegalArgumentException("The filter '" + REGEX_PREFIX + expression
					+ "' is not a regular expression: " + ex.getDescription() + " at index " + ex.getIndex(), ex);
		}
	}

	/**
	 * How the pattern is written.
	 * @return the syntax
	 */
	public Syntax syntax() {
		return this.syntax;
	}

	/**
	 * The glob or regular expression, without prefix.
	 * @return the expression
	 */
	public String expression() {
		return this.expression;
	}

	/**
	 * Whether the whole text matches.
	 * @param text the text
	 * @return true if it does
	 */
	public boolean matches(String text) {
		return this.test.test(text);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof TextPattern that && this.syntax == that.syntax
				&& this.expression.equals(that.expression);
	}

	@Override
	public int hashCode() {
		return this.expression.hashCode();
	}

	@Override
	public String toString() {
		return (this.syntax == Syntax.REGEX ? REGEX_PREFIX : "") + this.expression;
	}

}
