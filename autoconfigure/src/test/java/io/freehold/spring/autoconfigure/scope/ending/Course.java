package io.freehold.spring.autoconfigure.scope.ending;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.autoconfigure.scope.Await;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The course of one cell on a server, from the client's side.
 */
final class Course {

	private final Server server;

	private final Cell cell;

	private final ManagedAllocator root;

	private final ManagedAllocator node;

	private final Work work;

	private final long openedBefore;

	Course(Server server, Cell cell) {
		this.server = server;
		this.cell = cell;
		this.root = server.tree().root();
		this.node = server.tree().get(cell.scope().node());
		this.work = new Work(cell, this.node);
		this.openedBefore = this.node.stats().regionsOpened();
		server.desk().put(this.work);
	}

	void run() throws Exception {
		if (this.cell.scope() == Scope.SESSION) {
			this.server.client().get("/begin-session");
		}
		switch (this.cell.ending()) {
			case NORMAL -> assertThat(this.server.client().get("/normal")).isEqualTo(Work.ANSWER);
			case EXCEPTION -> exception();
			case TIMEOUT -> timeout();
			case ABORT -> disconnect("/stream", false);
			case RESET -> disconnect("/stream", true);
			case RESET_AT_WORK -> disconnect("/work", true);
			case CANCEL -> cancel();
			case GRACEFUL_SHUTDOWN -> shutDownGracefully();
			case IMMEDIATE_SHUTDOWN -> shutDownAtOnce();
		}
		boolean there = this.work.wasThereInTheEnd();
		if (!this.cell.mayRevoke()) {
			assertThat(there).as("memory at the end of the work").isNotEqualTo(this.cell.revokes());
		}
		if (this.cell.scope() == Scope.SESSION && !this.cell.revokes() && !this.cell.ending().isShutdown()) {
			verifyStillThere();
			assertThat(this.server.client().get("/end-session")).isEqualTo("ended");
		}
		verifyNothingIsLeft();
	}

	private void exception() {
		assertThat(this.server.client().status("/exception")).isEqualTo(500);
		if (this.cell.scope() == Scope.REQUEST) {
			// the error is served from fresh memory
			assertThat(this.work.instances()).isEqualTo(2);
		}
	}

	/** The request ends, and the work does not. */
	private void timeout() {
		assertThat(this.server.client().status("/timeout")).isEqualTo(503);
		assertThat(this.work.hasEnded()).isFalse();
		if (this.cell.revokes()) {
			this.work.awaitRevoked();
		}
		else {
			verifyStillThere();
		}
		this.work.letGoOn();
		if (this.cell.scope() == Scope.TRANSACTION) {
			assertThat(this.work.failure()).isInstanceOfAny(QueryTimeoutException.class,
					TransactionTimedOutException.class);
		}
	}

	private void disconnect(String path, boolean reset) throws IOException, InterruptedException {
		try (Socket socket = this.server.client().open(path)) {
			this.work.awaitTaken();
			verifyStillThere();
			if (this.cell.ending() != Ending.RESET_AT_WORK) {
				readAnswer(socket);
			}
			socket.setSoLinger(reset, 0);
		}
		this.work.letGoOn();
	}

	private static void readAnswer(Socket socket) throws IOException {
		StringBuilder read = new StringBuilder();
		while (read.indexOf(Work.ANSWER) < 0) {
			byte[] some = new byte[64];
			int length = socket.getInputStream().read(some);
			assertThat(length).isPositive();
			read.append(new String(some, 0, length, StandardCharsets.US_ASCII));
		}
	}

	private void cancel() throws InterruptedException {
		switch (this.cell.scope()) {
			case SESSION -> {
				CompletableFuture<String> response = this.server.client().getAsync("/work");
				this.work.awaitTaken();
				verifyStillThere();
				assertThat(this.server.client().get("/end-session")).isEqualTo("ended");
				assertThat(this.node.budget().used()).isZero();
				this.work.letGoOn();
				assertThat(response.join()).isEqualTo(Work.ANSWER);
			}
			case THREAD -> {
				assertThat(this.server.client().get("/cancel-task")).isEqualTo("cancelled true");
				assertThat(this.work.failure()).isInstanceOf(InterruptedException.class);
			}
			case EXCHANGE -> assertThat(this.server.client().get("/cancel")).isEqualTo("cancelled");
			case REQUEST, TRANSACTION, METHOD -> {
				// that of the interrupted work if it is faster than that of the timeout
				assertThat(this.server.client().status("/interrupt")).isIn(500, 503);
				assertThat(this.work.failure()).isInstanceOf((this.cell.scope() == Scope.TRANSACTION)
						? UnexpectedRollbackException.class : InterruptedException.class);
			}
		}
	}

	private void shutDownGracefully() throws InterruptedException {
		CompletableFuture<String> response = this.server.client().getAsync("/work");
		this.work.awaitTaken();
		CompletableFuture<Void> shutdown = this.server.shutDown();
		Await.until(this.server::refusesConnections);
		verifyStillThere();
		this.work.letGoOn();
		assertThat(response.join()).isEqualTo(Work.ANSWER);
		awaitEnd(shutdown);
	}

	private void shutDownAtOnce() throws InterruptedException {
		// the client may wait in vain
		var _ = this.server.client().getAsync("/work");
		this.work.awaitTaken();
		verifyStillThere();
		awaitEnd(this.server.shutDown());
		this.work.letGoOn();
	}

	private static void awaitEnd(CompletableFuture<Void> shutdown) {
		shutdown.orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
	}

	private void verifyStillThere() {
		assertThat(this.node.budget().used()).isPositive();
		assertThat(this.node.stats().openRegions()).isOne();
		assertThat(this.node.stats().liveBlocks()).isPositive();
	}

	private void verifyNothingIsLeft() {
		if (this.cell.ending().isShutdown()) {
			Await.until(this.root::isClosed);
			if (!this.cell.mayBeCutOff()) {
				assertThat(this.root.stats().leakedBlocks()).isZero();
				assertThat(this.node.stats().leakedBlocks()).isZero();
			}
		}
		else {
			for (ManagedAllocator node : this.root.children()) {
				Await.until(() -> node.stats().regionsOpened() == node.stats().regionsClosed());
				verifyNothingIsLeft(node);
				assertThat(node.stats().leakedBlocks()).isZero();
			}
			assertThat(this.root.isOpen()).isTrue();
		}
		verifyNothingIsLeft(this.node);
		verifyNothingIsLeft(this.root);
		assertThat(this.node.stats().regionsOpened() - this.openedBefore).as("regions opened")
			.isEqualTo(this.work.instances());
		this.work.verifyNothingCanBeReached();
	}

	private static void verifyNothingIsLeft(ManagedAllocator node) {
		assertThat(node.stats().regionsOpened()).isEqualTo(node.stats().regionsClosed());
		assertThat(node.budget().used()).isZero();
		assertThat(node.stats().liveBlocks()).isZero();
	}

}
