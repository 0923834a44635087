package dev.kiwi.amqp.kiwipy;

/**
 * Which styles a scalar can be written in, as PyYAML's emitter decides.
 *
 * @param isMultiline whether it has line breaks
 * @param isPlain whether it may stand without quotes in block context
 * @param isSingleQuoted whether single quotes keep it as it is
 * @param isLiteral whether a literal block keeps it as it is
 */
record ScalarShape(boolean isMultiline, boolean isPlain, boolean isSingleQuoted, boolean isLiteral) {

	private static final String BREAKS = "\n\u0085\u2028\u2029";

	private static final String WHITESPACE = "\0 \t\r\n\u0085\u2028\u2029";

	static ScalarShape of(String text) {
		if (text.isEmpty()) {
			return new ScalarShape(false, true, true, false);
		}
		boolean indicators = text.startsWith("---") || text.startsWith("...");
		boolean multiline = false;
		boolean special = false;
		boolean breakSpace = false;
		boolean spaceBreak = false;
		for (int index = 0; index < text.length(); index++) {
			char ch = text.charAt(index);
			boolean lineBreak = isBreak(ch);
			multiline |= lineBreak;
			special |= ch != '\n' && (ch < 0x20 || ch > 0x7e);
			indicators |= isIndicator(text, index);
			if (index > 0) {
				char before = text.charAt(index - 1);
				breakSpace |= ch == ' ' && isBreak(before);
				spaceBreak |= lineBreak && before == ' ';
			}
		}
		boolean padded = isSpaceOrBreak(text.charAt(0)) || isSpaceOrBreak(text.charAt(text.length() - 1));
		boolean quotes = !special && !spaceBreak;
		return new ScalarShape(multiline, quotes && !padded && !breakSpace && !multiline && !indicators,
				quotes && !breakSpace, quotes && !text.endsWith(" "));
	}

	static boolean isBreak(int ch) {
		return BREAKS.indexOf(ch) >= 0;
	}

	private static boolean isIndicator(String text, int index) {
		char ch = text.charAt(index);
		boolean last = index + 1 >= text.length() || WHITESPACE.indexOf(text.charAt(index + 1)) >= 0;
		if (index == 0) {
			return "#,[]{}&*!|>'\"%@`".indexOf(ch) >= 0 || (last && "?:-".indexOf(ch) >= 0);
		}
		return (ch == ':' && last) || (ch == '#' && WHITESPACE.indexOf(text.charAt(index - 1)) >= 0);
	}

	private static boolean isSpaceOrBreak(char ch) {
		return ch == ' ' || isBreak(ch);
	}

}
