package dev.kiwi.benchmarks.database;

import java.util.List;

import dev.kiwi.benchmarks.harness.Goal;
import dev.kiwi.benchmarks.harness.Machine;
import dev.kiwi.benchmarks.harness.Scenario;
import dev.kiwi.benchmarks.harness.Unit;
import dev.kiwi.benchmarks.load.OneAtATime;
import dev.kiwi.benchmarks.load.Outstanding;
import dev.kiwi.benchmarks.load.Throughput;
import dev.kiwi.test.database.Databases;

/**
 * What is measured on databases, and within a process.
 */
public final class DatabaseRows {

	private static final int CALLERS = 64;

	private static final int OUTSTANDING = 64;

	private final Store postgreSql;

	private final Store h2;

	private DatabaseRows(Machine machine) {
		this.postgreSql = new Store("PostgreSQL", Databases::durablePostgreSql, machine);
		this.h2 = new Store("H2", Databases::h2, machine);
	}

	/**
	 * All rows.
	 * @param machine learns the databases' versions
	 * @return the rows
	 */
	public static List<Scenario> all(Machine machine) {
		DatabaseRows rows = new DatabaseRows(machine);
		return List.of(rows.sendMany(), rows.sendOne(), rows.work(), rows.h2Send(), rows.h2Work(), inProcess(),
				inProcessOne());
	}

	private Scenario sendMany() {
		return Scenario.of("pg-send-callers", "PostgreSQL: send 1 KiB, accepted, 64 blocking callers", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(kiwi().send(CALLERS)))
			.with("prototype", () -> new Throughput(prototype().send(CALLERS)))
			.with("db-scheduler", () -> new Throughput(new DbScheduler(this.postgreSql).send(CALLERS)))
			.goal(Goal.atLeast(0.85, "prototype"))
			.goal(Goal.atLeast(8, "db-scheduler"));
	}

	private Scenario sendOne() {
		return Scenario.of("pg-send-one", "PostgreSQL: send 1 KiB, accepted, one caller", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(kiwi().send(1)))
			.with("prototype", () -> new Throughput(prototype().sendAlone()))
			.with("db-scheduler", () -> new Throughput(new DbScheduler(this.postgreSql).send(1)))
			.goal(Goal.atLeast(0.95, "prototype"));
	}

	private Scenario work() {
		return Scenario.of("pg-work", "PostgreSQL: claim and complete tasks that do nothing", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(kiwi().work()))
			.with("prototype", () -> new Throughput(prototype().work(Store.HANDLERS)))
			.with("db-scheduler", () -> new Throughput(new DbScheduler(this.postgreSql).work()))
			.with("JobRunr", () -> new Throughput(JobRunrWork.open(this.postgreSql), 1000))
			.goal(Goal.atLeast(0.7, "prototype"))
			.goal(Goal.atLeast(5, "db-scheduler"));
	}

	private Scenario h2Send() {
		return Scenario.of("h2-send", "H2, WRITE_DELAY 0: send 1 KiB, accepted, 64 blocking callers", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(new KiwiContenders(this.h2, "ANALYZE").send(CALLERS)))
			.with("prototype", () -> new Throughput(h2Prototype().send(CALLERS)))
			.goal(Goal.atLeast(0.8, "prototype"));
	}

	private Scenario h2Work() {
		return Scenario.of("h2-work", "H2, WRITE_DELAY 0: claim and complete tasks that do nothing", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(new KiwiContenders(this.h2, "ANALYZE").work()))
			.with("prototype", () -> new Throughput(h2Prototype().work(1)))
			.goal(Goal.atLeast(0.7, "prototype"));
	}

	private static Scenario inProcess() {
		return Scenario.of("in-process-many", "in-process task and result, 64 outstanding", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(new Outstanding(InProcess.kiwi(), OUTSTANDING)))
			.with("raw", () -> new Throughput(new Outstanding(InProcess.raw(), OUTSTANDING)))
			.goal(Goal.atLeast(0.5, "raw"));
	}

	private static Scenario inProcessOne() {
		return Scenario.of("in-process-one", "in-process task and result, one at a time, p50", Unit.MICROSECONDS)
			.with("kiwi", () -> new OneAtATime(InProcess.kiwi()))
			.with("raw", () -> new OneAtATime(InProcess.raw()))
			.goal(Goal.atMost(2, "raw"));
	}

	private KiwiContenders kiwi() {
		return new KiwiContenders(this.postgreSql, "VACUUM ANALYZE %s");
	}

	private PrototypeContenders prototype() {
		return new PrototypeContenders(this.postgreSql, PostgreSqlPrototype::new);
	}

	private PrototypeContenders h2Prototype() {
		return new PrototypeContenders(this.h2, H2Prototype::new);
	}

}
