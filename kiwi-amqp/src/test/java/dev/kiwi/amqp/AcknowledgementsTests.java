package dev.kiwi.amqp;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

import com.rabbitmq.client.Channel;
import dev.kiwi.amqp.Acknowledgements.Entry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes to the broker, and when.
 */
class AcknowledgementsTests {

	private final List<String> written = new ArrayList<>();

	private final Queue<Runnable> ticks = new ArrayDeque<>();

	private boolean urgent;

	private final List<Long> lost = new ArrayList<>();

	private final Channel channel = (Channel) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Channel.class }, (proxy, method, arguments) -> {
				this.written.add(method.getName() + Arrays.toString(arguments));
				return null;
			});

	@Test
	void whatFollowsEachOtherGoesWithOneFrame() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 8, this::soon);
		List<Entry> entries = received(acknowledgements, 3);
		acknowledgements.done(entries.get(1));
		assertThat(this.written).isEmpty();
		acknowledgements.done(entries.get(0));
		assertThat(this.written).containsExactly("basicAck[2, true]");
	}

	@Test
	void whatIsDoneGoesAtTheNextTickAndTheTicksEnd() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		acknowledgements.done(received(acknowledgements, 2).get(0));
		assertThat(this.written).isEmpty();
		tick();
		assertThat(this.written).containsExactly("basicAck[1, true]");
		assertThat(this.ticks).isEmpty();
	}

	@Test
	void aTickWritesNothingWhereEnoughIsDoneToGoWithoutIt() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 40);
		entries.subList(0, 26).forEach(acknowledgements::done);
		assertThat(this.written).containsExactly("basicAck[25, true]");
		tick();
		assertThat(this.written).hasSize(1);
		tick();
		assertThat(this.written).containsExactly("basicAck[25, true]", "basicAck[26, true]");
	}

	@Test
	void whatIsDoneBehindOneThatIsSlowGoesAlone() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 4);
		acknowledgements.done(entries.get(1));
		acknowledgements.done(entries.get(3));
		ticks(3);
		assertThat(this.written).isEmpty();
		tick();
		assertThat(this.written).containsExactly("basicAck[2, false]", "basicAck[4, false]");
		acknowledgements.done(entries.get(2));
		acknowledgements.done(entries.get(0));
		tick();
		assertThat(this.written).last().isEqualTo("basicAck[3, true]");
	}

	@Test
	void aSmallPrefetchIsNotHeldUpByTheFirst() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 8, this::soon);
		List<Entry> entries = received(acknowledgements, 3);
		acknowledgements.done(entries.get(1));
		assertThat(this.written).isEmpty();
		acknowledgements.done(entries.get(2));
		assertThat(this.written).containsExactly("basicAck[2, false]", "basicAck[3, false]");
	}

	@Test
	void aLargePrefetchWaitsForTheFirstUntilThatIsSlow() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 90);
		entries.subList(1, 60).forEach(acknowledgements::done);
		ticks(3);
		assertThat(this.written).isEmpty();
		tick();
		assertThat(this.written).hasSize(59).allMatch((frame) -> frame.endsWith("false]"));
		entries.subList(60, 84).forEach(acknowledgements::done);
		assertThat(this.written).hasSize(59);
		acknowledgements.done(entries.get(84));
		assertThat(this.written).hasSize(84);
	}

	@Test
	void thatTheFirstWasSlowIsForgottenWithIt() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 90);
		acknowledgements.done(entries.get(1));
		ticks(4);
		acknowledgements.done(entries.get(2));
		tick();
		entries.subList(4, 40).forEach(acknowledgements::done);
		acknowledgements.done(entries.get(0));
		this.written.clear();
		entries.subList(40, 70).forEach(acknowledgements::done);
		ticks(3);
		assertThat(this.written).containsExactly("basicAck[1, true]");
	}

	@Test
	void whatIsGivenBackIsAcknowledgedWithNoOther() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 3);
		acknowledgements.done(entries.get(0));
		acknowledgements.giveBack(entries.get(1));
		acknowledgements.done(entries.get(2));
		ticks(2);
		assertThat(this.written).containsExactly("basicNack[2, false, true]", "basicAck[1, true]", "basicAck[3, true]");
	}

	@Test
	void theEndComesWhenAllIsSettledAndWritten() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 2);
		acknowledgements.done(entries.get(0));
		acknowledgements.end(() -> this.written.add("end"));
		assertThat(this.written).containsExactly("basicAck[1, true]");
		acknowledgements.done(entries.get(1));
		assertThat(this.written).containsExactly("basicAck[1, true]", "basicAck[2, true]", "end");
	}

	@Test
	void theEndWaitsForOneThatIsSlowTheOthersDoNot() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 2);
		acknowledgements.end(() -> this.written.add("end"));
		acknowledgements.done(entries.get(1));
		assertThat(this.written).isEmpty();
		ticks(4);
		assertThat(this.written).containsExactly("basicAck[2, false]");
		acknowledgements.done(entries.get(0));
		assertThat(this.written).containsExactly("basicAck[2, false]", "basicAck[1, true]", "end");
	}

	@Test
	void whatIsOutIsLostWithTheChannelAndNeverAcknowledged() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		List<Entry> entries = received(acknowledgements, 3);
		acknowledgements.done(entries.get(0));
		acknowledgements.done(entries.get(2));
		Runnable rest = acknowledgements.abandon();
		assertThat(this.lost).containsExactly(2L);
		acknowledgements.done(entries.get(1));
		rest.run();
		tick();
		assertThat(this.written).containsExactly("basicAck[1, true]", "basicAck[3, false]");
		received(acknowledgements, 1);
		assertThat(this.lost).containsExactly(2L, 1L);
	}

	@Test
	void whatIsDoneIsUrgentOnceHalfOfThePrefetchIsTaken() {
		Acknowledgements acknowledgements = new Acknowledgements(this.channel, 100, this::soon);
		acknowledgements.done(received(acknowledgements, 49).get(0));
		assertThat(this.urgent).isFalse();
		acknowledgements.done(received(acknowledgements, 1).get(0));
		assertThat(this.urgent).isTrue();
		assertThat(this.ticks).hasSize(2);
		tick();
		// the later one took the place of the other
		assertThat(this.ticks).hasSize(1);
	}

	private List<Entry> received(Acknowledgements acknowledgements, int count) {
		List<Entry> entries = new ArrayList<>();
		for (long tag = 1; tag <= count; tag++) {
			long own = tag;
			Entry entry = new Entry(own) {

				@Override
				void lost() {
					AcknowledgementsTests.this.lost.add(own);
				}

			};
			acknowledgements.received(entry);
			entries.add(entry);
		}
		return entries;
	}

	private void soon(Runnable action, boolean urgent) {
		this.ticks.add(action);
		this.urgent = urgent;
	}

	private void ticks(int count) {
		for (int tick = 0; tick < count; tick++) {
			tick();
		}
	}

	private void tick() {
		List<Runnable> due = new ArrayList<>(this.ticks);
		this.ticks.clear();
		due.forEach(Runnable::run);
	}

}
