package dev.kiwi.boot.autoconfigure;

import dev.kiwi.annotation.KiwiTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class UnusedQueuePropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process")
		.withBean(Worker.class);

	@Test
	void aQueueWithAMethodIsNotWarnedOf(CapturedOutput output) {
		this.runner
			.withPropertyValues("kiwi.tasks.queues.relax.concurrency=2",
					"kiwi.tasks.queues.[water.relax].rejections.max=1")
			.run((context) -> assertThat(output).doesNotContain("kiwi.tasks.queues"));
	}

	@Test
	void aQueueWithoutAMethodIsNamedWithItsProperty(CapturedOutput output) {
		this.runner.withPropertyValues("kiwi.tasks.queues.rleax.concurrency=2")
			.run((context) -> assertThat(output).contains("kiwi.tasks.queues.rleax", "brackets", "sends to",
					"[air, relax, water.relax]"));
	}

	@Test
	void aNameThatFellApartAtItsDotsIsWarnedOf(CapturedOutput output) {
		this.runner.withPropertyValues("kiwi.tasks.queues.water.relax.concurrency=2")
			.run((context) -> assertThat(output).contains("kiwi.tasks.queues.water", "\"[water.relax]\""));
	}

	@Test
	void aNameThatFellApartInsideAnExistingQueueIsWarnedOf(CapturedOutput output) {
		this.runner.withPropertyValues("kiwi.tasks.queues.relax.water.concurrency=2")
			.run((context) -> assertThat(output).contains("kiwi.tasks.queues.relax has unknown properties", "[water]",
					"known are [concurrency, prefetch, delivery, max-run-time,"));
	}

	@Test
	void aPropertyMayBeWrittenAsBootAllows(CapturedOutput output) {
		this.runner
			.withPropertyValues("kiwi.tasks.queues.relax.maxRunTime=1h", "kiwi.tasks.queues.relax.max_crashes=2",
					"kiwi.tasks.queues.relax.stuck-after=1m")
			.run((context) -> assertThat(output).doesNotContain("kiwi.tasks.queues"));
	}

	static class Worker {

		@KiwiTask("relax")
		void relax() {
		}

		@KiwiTask("water.relax")
		void relaxWater() {
		}

		@KiwiTask("air")
		void air() {
		}

	}

}
