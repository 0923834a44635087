package dev.kiwi.sample.search;

import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.kiwi.sample.cluster.BasinHopping;

/**
 * A search that can be paused, played and killed between two moves. Its commands may come
 * from any thread.
 */
class SearchProcess {

	private final String id;

	private final SearchRequest request;

	private final int steps;

	private final BiConsumer<ProcessState, ProcessStatus> changes;

	private final Consumer<ProcessStatus> moves;

	private final BasinHopping search;

	private ProcessState state = ProcessState.CREATED;

	private int step;

	private double energy;

	/**
	 * A search.
	 * @param id the id of its task
	 * @param request what is searched
	 * @param changes hears each change of state: the state before, and the status after
	 * @param moves hears of each move that is done
	 */
	SearchProcess(String id, SearchRequest request, BiConsumer<ProcessState, ProcessStatus> changes,
			Consumer<ProcessStatus> moves) {
		this.id = id;
		this.request = request;
		this.changes = changes;
		this.moves = moves;
		this.steps = BasinHopping.defaultSteps(request.atoms());
		this.search = new BasinHopping(request.atoms(), request.seed(), this.steps);
		this.energy = this.search.best().energy();
	}

	/**
	 * Searches to the end.
	 * @return what was found
	 * @throws InterruptedException if the thread is interrupted
	 * @throws CancellationException if the search is killed
	 */
	SearchResult run() throws InterruptedException {
		changeFrom(ProcessState.CREATED, ProcessState.RUNNING);
		while (mayStep()) {
			this.search.step();
			this.moves.accept(moved());
		}
		change(ProcessState.FINISHED);
		return new SearchResult(this.request.atoms(), this.request.seed(), this.energy, this.steps);
	}

	synchronized ProcessStatus status() {
		return new ProcessStatus(this.id, this.request.atoms(), this.state, this.step, this.steps, this.energy);
	}

	synchronized ProcessStatus command(ProcessCommand command) {
		switch (command) {
			case STATUS -> {
			}
			case PAUSE -> changeFrom(ProcessState.RUNNING, ProcessState.PAUSED);
			case PLAY -> changeFrom(ProcessState.PAUSED, ProcessState.RUNNING);
			case KILL -> {
				if (!this.state.isFinal()) {
					change(ProcessState.KILLED);
				}
			}
		}
		notifyAll();
		return status();
	}

	private synchronized boolean mayStep() throws InterruptedException {
		while (this.state == ProcessState.PAUSED) {
			wait();
		}
		if (this.state == ProcessState.KILLED) {
			throw new CancellationException("The search " + this.id + " was killed at step " + this.step);
		}
		if (Thread.interrupted()) {
			throw new InterruptedException("The search " + this.id + " was interrupted at step " + this.step);
		}
		return this.step < this.steps;
	}

	private synchronized ProcessStatus moved() {
		this.step++;
		this.energy = this.search.best().energy();
		return status();
	}

	private synchronized void changeFrom(ProcessState from, ProcessState to) {
		if (this.state == from) {
			change(to);
		}
	}

	private synchronized void change(ProcessState to) {
		ProcessState from = this.state;
		this.state = to;
		this.changes.accept(from, status());
	}

}
