package dev.kiwi.test.broker;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The user information of a broker's URI; {@code guest} where there is none.
 */
record Credentials(String username, String password) {

	static final Credentials GUEST = new Credentials("guest", "guest");

	static Credentials of(URI uri) {
		String userInfo = uri.getRawUserInfo();
		if (userInfo == null) {
			return GUEST;
		}
		String[] parts = userInfo.split(":", 2);
		return new Credentials(decoded(parts[0]), (parts.length == 2) ? decoded(parts[1]) : "");
	}

	private static String decoded(String part) {
		return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
	}

}
