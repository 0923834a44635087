package dev.kiwi.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every Java snippet of the documentation stands, but for white space, in a source file
 * that is compiled.
 */
class SnippetTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern SNIPPET = Pattern.compile("(?:<!-- snippet: (\\S+) -->\\s*)?```java\\n(.*?)```",
			Pattern.DOTALL);

	@TestFactory
	Stream<DynamicTest> everySnippetIsCompiled() throws IOException {
		Path sources = Path.of("src", "test", "java", "dev", "kiwi", "docs");
		String compiled = squeezed(Files.readString(sources.resolve("Snippets.java"))
				+ Files.readString(sources.resolve("InteropSnippets.java")));
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			List<Path> pages = Stream
				.concat(Stream.of(ROOT.resolve("README.md")),
						docs.filter((page) -> page.toString().endsWith(".md")).sorted())
				.toList();
			List<DynamicTest> tests = pages.stream().flatMap((page) -> snippets(page, compiled)).toList();
			assertThat(tests).hasSizeGreaterThan(5);
			return tests.stream();
		}
	}

	@TestFactory
	Stream<DynamicTest> everyLinkLeadsSomewhere() throws IOException {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream.concat(Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")), docs.sorted())
				.toList()
				.stream()
				.flatMap((page) -> Pattern.compile("\\]\\((?!https?:)([^)#:]+)[^)]*\\)")
					.matcher(text(page))
					.results()
					.map((link) -> DynamicTest.dynamicTest(page.getFileName() + " to " + link.group(1),
							() -> assertThat(page.resolveSibling(link.group(1))).exists())));
		}
	}

	private static Stream<DynamicTest> snippets(Path page, String compiled) {
		Matcher snippet = SNIPPET.matcher(text(page));
		return snippet.results()
			.map((found) -> DynamicTest.dynamicTest(page.getFileName() + ": " + found.group(1),
					() -> assertThat(compiled).contains(squeezed(found.group(2)))));
	}

	private static String text(Path page) {
		try {
			return Files.readString(page);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String squeezed(String code) {
		return code.replaceAll("\\s+", "");
	}

}
