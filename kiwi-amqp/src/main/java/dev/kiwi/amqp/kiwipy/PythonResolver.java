package dev.kiwi.amqp.kiwipy;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What a scalar without quotes is: PyYAML's rules, which differ from SnakeYAML's and from
 * the YAML 1.1 specification. {@code 1e5} is a string.
 */
final class PythonResolver extends Resolver {

	static final PythonResolver INSTANCE = new PythonResolver();

	static final Tag TUPLE = new Tag(Tag.PREFIX + "python/tuple");

	/** What is longer is no number that anybody wrote for another to read. */
	static final int MAX_NUMBER = 10_000;

	/** A longer one would take a regular expression's stack. */
	private static final int MAX_BASE_60 = 500;

	private static final Pattern WORD_OF_BASE_60 = Pattern.compile("[-+]?[0-9][-+0-9_:.]*");

	private static final List<Map.Entry<Tag, Pattern>> RULES = List.of(
			rule(Tag.BOOL, "yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"),
			rule(Tag.FLOAT,
					"[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
							+ "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)"),
			rule(Tag.INT, "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"),
			rule(Tag.MERGE, "<<"), rule(Tag.NULL, "~|null|Null|NULL|"),
			rule(Tag.TIMESTAMP,
					"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
							+ "(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"),
			rule(new Tag(Tag.PREFIX + "value"), "="));

	private static final List<Map.Entry<Tag, Pattern>> BASE_60 = List.of(
			rule(Tag.FLOAT, "[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"),
			rule(Tag.INT, "[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"));

	private static Map.Entry<Tag, Pattern> rule(Tag tag, String pattern) {
		return Map.entry(tag, Pattern.compile(pattern));
	}

	@Override
	public Tag resolve(NodeId kind, String value, boolean implicit) {
		return switch (kind) {
			case sequence -> Tag.SEQ;
			case mapping -> Tag.MAP;
			default -> implicit ? plain(value) : Tag.STR;
		};
	}

	/** What a scalar is that stands there without quotes and without a tag. */
	static Tag plain(String value) {
		if (!value.isEmpty() && "-+0123456789.~<=yYnNtTfFoO".indexOf(value.charAt(0)) < 0) {
			return Tag.STR;
		}
		Tag tag = first(RULES, value);
		if (tag != Tag.STR || value.indexOf(':') < 0) {
			return tag;
		}
		if (value.length() <= MAX_BASE_60) {
			return first(BASE_60, value);
		}
		return WORD_OF_BASE_60.matcher(value).matches() ? Tag.INT : Tag.STR;
	}

	private static Tag first(List<Map.Entry<Tag, Pattern>> rules, String value) {
		for (Map.Entry<Tag, Pattern> rule : rules) {
			if (rule.getValue().matcher(value).matches()) {
				return rule.getKey();
			}
		}
		return Tag.STR;
	}

}
