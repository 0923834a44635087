package dev.kiwi.boot.autoconfigure;

import java.util.List;

import dev.kiwi.KiwiException;
import org.jspecify.annotations.Nullable;

/**
 * The application does not say which transport or connection to use, or says what cannot
 * be. Nothing is chosen in its place: messages that go elsewhere than meant are lost.
 */
final class KiwiConfigurationException extends KiwiException {

	private static final String ADD_STARTER = "add the dependency dev.kiwi:kiwi-spring-boot-starter";

	private static final String IN_PROCESS = "set kiwi.transport=in-process to stay within this process, "
			+ "with nothing durable";

	private final String action;

	private KiwiConfigurationException(String message, String action) {
		this(message, action, null);
	}

	private KiwiConfigurationException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

	static KiwiConfigurationException unknownTransport(String transport) {
		return new KiwiConfigurationException("The transport '" + transport + "' (kiwi.transport) is unknown",
				"Set kiwi.transport to amqp, jdbc or in-process, or leave it out for the durable one on the classpath.");
	}

	static KiwiConfigurationException transportNotOnClasspath(@Nullable String transport) {
		return new KiwiConfigurationException(
				(transport != null) ? "The transport '" + transport + "' (kiwi.transport) is not on the classpath"
						: "There is no durable transport on the classpath, and kiwi.transport names no other",
				"For RabbitMQ " + ADD_STARTER + ", for a database dev.kiwi:kiwi-spring-boot-starter-jdbc, or "
						+ IN_PROCESS + ".");
	}

	static KiwiConfigurationException tasksTransport(String wanted, String transport) {
		boolean jdbc = wanted.equalsIgnoreCase("jdbc");
		return new KiwiConfigurationException(
				"Tasks cannot be carried by '" + wanted + "' (kiwi.tasks.transport) while '" + transport
						+ "' (kiwi.transport) carries all else"
						+ (jdbc ? ": the transport jdbc is not on the classpath" : ""),
				jdbc ? "Add the dependency dev.kiwi:kiwi-spring-boot-starter-jdbc, or leave kiwi.tasks.transport out."
						: "Set kiwi.tasks.transport to jdbc to keep tasks in the application's database, or leave it out.");
	}

	static KiwiConfigurationException noConnectionFactory() {
		return new KiwiConfigurationException(
				"The transport amqp needs a bean of type org.springframework.amqp.rabbit.connection.ConnectionFactory, "
						+ "and there is none",
				"Have Boot make one: add the dependency org.springframework.boot:spring-boot-starter-amqp and do not "
						+ "exclude its auto-configuration. Or declare the bean, or " + IN_PROCESS + ".");
	}

	static KiwiConfigurationException noDataSource() {
		return new KiwiConfigurationException(
				"The transport jdbc needs a bean of type javax.sql.DataSource, and there is none",
				"Have Boot make one: set spring.datasource.url, add the database's driver, and do not exclude its "
						+ "auto-configuration. Or declare the bean, or " + IN_PROCESS + ".");
	}

	static KiwiConfigurationException severalBeans(Class<?> type, String property, List<String> names) {
		return new KiwiConfigurationException(
				"There are several " + type.getSimpleName() + " beans, and none of them is primary: "
						+ String.join(", ", names),
				"Set " + property + " to the name of the one to use, or mark one as @Primary.");
	}

	static KiwiConfigurationException unknownBean(Class<?> type, String property, String name, List<String> names) {
		return new KiwiConfigurationException(
				"The " + type.getSimpleName() + " bean '" + name + "' (" + property + ") does not exist; there is "
						+ (names.isEmpty() ? "none" : String.join(", ", names)),
				"Set " + property + " to the name of one that exists, or leave it out to use the only or the "
						+ "primary one.");
	}

	static KiwiConfigurationException invalid(String prefix, IllegalArgumentException cause) {
		return new KiwiConfigurationException("The properties " + prefix + " do not go together: " + cause.getMessage(),
				"Correct the properties below " + prefix + ".", cause);
	}

}
