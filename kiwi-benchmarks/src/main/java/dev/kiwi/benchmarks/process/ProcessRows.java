package dev.kiwi.benchmarks.process;

import java.net.URI;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.benchmarks.harness.Goal;
import dev.kiwi.benchmarks.harness.Scenario;
import dev.kiwi.benchmarks.harness.Unit;
import dev.kiwi.benchmarks.rabbit.Rabbit;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.test.database.Databases;

/**
 * What is measured on processes of their own.
 */
public final class ProcessRows {

	private static final int FEW = 3;

	/** Starts differ by a tenth and more, kiwi's from the other by less. */
	private static final int STARTS = 11;

	private static final int MANY_QUEUED = 1_000_000;

	private static final String IDLE_TABLES = "idle_";

	private final Rabbit rabbit;

	private ProcessRows(Rabbit rabbit) {
		this.rabbit = rabbit;
	}

	/**
	 * All rows.
	 * @param rabbit the broker
	 * @return the rows
	 */
	public static List<Scenario> all(Rabbit rabbit) {
		ProcessRows rows = new ProcessRows(rabbit);
		// a broker with a million tasks is a slower one for whoever comes next
		return List.of(wake(), rows.idle(), idleDatabase(), rows.inFlight(), rows.startup(), rows.sweep(),
				rows.queued());
	}

	private static Scenario wake() {
		return Scenario.of("pg-wake", "PostgreSQL: commit to handler, on another JVM, p50", Unit.MICROSECONDS)
			.with("kiwi", () -> Wake.kiwi("wake_"))
			.with("in one JVM", () -> Wake.handOver("wake_prototype"))
			.with("kiwi in one JVM", () -> Wake.kiwiInOne("wake_one_"))
			.goal(Goal.atMost(1.5, "in one JVM"));
	}

	private Scenario idle() {
		return Scenario.of("idle-amqp", "idle on RabbitMQ, client and server", Unit.PERCENT_OF_A_CORE)
			.with("kiwi", () -> new Idle(Idle.broker(), "idle", uri().toString(), "idle", "2"))
			.with("without", () -> new Idle(Idle.broker(), "nothing", uri().toString(), "", "0"))
			.goal(Goal.excess(0.5, "without"))
			.cold(FEW);
	}

	private static Scenario idleDatabase() {
		return Scenario.of("idle-jdbc", "idle on PostgreSQL, client and server", Unit.PERCENT_OF_A_CORE)
			.with("kiwi", () -> idleDatabase("idle"))
			.with("without", () -> idleDatabase("nothing"))
			.goal(Goal.excess(0.5, "without"))
			.cold(FEW);
	}

	private static Idle idleDatabase(String what) throws Exception {
		String url = Databases.durablePostgreSql();
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url);
			JdbcSchema.create(pool, IDLE_TABLES);
		}
		return new Idle(Idle.postgreSql(url), what, url, IDLE_TABLES, "2");
	}

	private Scenario inFlight() {
		return Scenario.of("memory-in-flight", "heap per task in flight beyond its payload", Unit.BYTES)
			.with("kiwi", () -> Memory.inFlight(uri(), "inflight"))
			.goal(Goal.value(2048))
			.cold(FEW);
	}

	private Scenario queued() {
		return Scenario.of("memory-queued", "heap of a worker, 1,000 and 1,000,000 tasks queued", Unit.BYTES)
			.with("1,000 queued", () -> Memory.queued(uri(), "few", 1000))
			.with("kiwi", () -> Memory.queued(uri(), "many", MANY_QUEUED))
			.goal(Goal.atMost(1.02, "1,000 queued"))
			.cold(FEW);
	}

	private Scenario startup() {
		return Scenario.of("startup", "a Boot application from the start of its JVM to ready", Unit.MILLISECONDS)
			.with("kiwi", () -> Startup.open(uri(), true))
			.with("without", () -> Startup.open(uri(), false))
			.goal(Goal.excess(200, "without"))
			.cold(STARTS);
	}

	private Scenario sweep() {
		String one = "1 worker";
		String two = "2 workers";
		String four = "4 workers";
		return Scenario.of("sweep", "the sample's sweep, searches", Unit.PER_SECOND)
			.with(one, () -> Sweep.open(uri(), 1))
			.with(two, () -> Sweep.open(uri(), 2))
			.with(four, () -> Sweep.open(uri(), 4))
			.goal(Goal.atLeast(1.6, one).of(two))
			.goal(Goal.atLeast(0.9, two).of(four));
	}

	private URI uri() {
		return this.rabbit.broker().uri();
	}

}
