package io.freehold.sample.draft;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.sample.FaultyAlloc;
import io.freehold.sample.objects.ObjectException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Draft}.
 */
class DraftTests {

	private static final long MAX = 1000;

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final ManagedAllocator session = this.root.child("session", (spec) -> spec.limit(10));

	private final Draft draft = new Draft(this.session);

	@AfterEach
	void nothingIsLeft() {
		this.session.close();
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	@Test
	void whenAppendedShouldHoldAllBytes() throws IOException {
		this.draft.replace("text/plain", bytes("abc"));
		assertThat(this.draft.append(bytes("de"), MAX)).isEqualTo(5);
		assertThat(this.draft.append(bytes(""), MAX)).isEqualTo(5);
		assertThat(text(this.draft)).isEqualTo("text/plain:abcde");
		assertThat(this.session.stats().liveBlocks()).isEqualTo(1);
	}

	@Test
	void whenReplacedOrDiscardedShouldFreeTheOldBytes() throws IOException {
		this.draft.replace("text/plain", bytes("abc"));
		this.draft.replace("text/html", bytes("de"));
		assertThat(text(this.draft)).isEqualTo("text/html:de");
		assertThat(this.session.budget().used()).isEqualTo(2);
		this.draft.discard();
		assertThat(this.session.stats().liveBlocks()).isZero();
		expectNoDraft();
	}

	@Test
	void whenEmptyShouldBeThere() throws IOException {
		this.draft.replace("text/plain", bytes(""));
		assertThat(text(this.draft)).isEqualTo("text/plain:");
		assertThat(this.draft.append(bytes("a"), MAX)).isEqualTo(1);
		this.draft.discard();
	}

	@Test
	void whenRefusedShouldBeAsItWas() throws IOException {
		this.draft.replace("text/plain", bytes("abcdef"));
		expectStatus(HttpStatus.INSUFFICIENT_STORAGE, () -> this.draft.append(bytes("ghijk"), MAX));
		expectStatus(HttpStatus.INSUFFICIENT_STORAGE, () -> this.draft.replace("text/html", bytes("ghijk")));
		expectStatus(HttpStatus.CONTENT_TOO_LARGE, () -> this.draft.append(bytes("g"), 6));
		assertThat(text(this.draft)).isEqualTo("text/plain:abcdef");
	}

	@Test
	void whenPublishingFailsShouldBeKept() throws IOException {
		this.draft.replace("text/plain", bytes("abc"));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.draft.publish((_, _) -> {
			throw new IOException();
		}));
		assertThat(text(this.draft)).isEqualTo("text/plain:abc");
		assertThat(this.draft.<Long>publish((_, bytes) -> bytes.byteSize())).isEqualTo(3);
		expectNoDraft();
	}

	@Test
	void whenSessionIsOverShouldSayItOnceAndThenBeGone() {
		this.draft.replace("text/plain", bytes("abc"));
		expectStatus(HttpStatus.CONFLICT, () -> this.draft.read((_, bytes) -> {
			this.session.close();
			return bytes.get(ValueLayout.JAVA_BYTE, 0);
		}));
		expectNoDraft();
		expectStatus(HttpStatus.CONFLICT, () -> this.draft.replace("text/plain", bytes("abc")));
	}

	@Test
	void whenAnotherSessionHasBegunShouldWorkThere() throws IOException {
		ManagedAllocator next = this.root.child("next", (spec) -> {
		});
		AtomicReference<Allocator> current = new AtomicReference<>(this.session);
		Draft moved = new Draft(new Delegate(current));
		moved.replace("text/plain", bytes("abc"));
		this.session.close();
		current.set(next);
		moved.replace("text/plain", bytes("de"));
		assertThat(text(moved)).isEqualTo("text/plain:de");
		assertThat(next.stats().liveBlocks()).isEqualTo(1);
		next.close();
	}

	@Test
	void whenBackendRefusesAnyAllocationShouldLoseNothing() throws IOException {
		boolean refused = true;
		for (int untilFault = 0; refused; untilFault++) {
			FaultyAlloc backend = new FaultyAlloc(untilFault);
			try (ManagedAllocator faulty = ManagedAllocator.root(backend, (spec) -> {
			})) {
				Draft present = new Draft(faulty);
				String expected = "";
				for (String part : new String[] { "abc", "de", "f".repeat(100), "ghi" }) {
					try {
						if (expected.isEmpty()) {
							present.replace("text/plain", bytes(part));
						}
						else {
							present.append(bytes(part), MAX);
						}
						expected += part;
					}
					catch (ObjectException ex) {
						assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.INSUFFICIENT_STORAGE);
					}
				}
				assertThat(text(present)).isEqualTo("text/plain:" + expected);
				present.discard();
				assertThat(faulty.stats().liveBlocks()).isZero();
				refused = backend.hasRefused();
			}
			assertThat(untilFault).isLessThan(100);
		}
	}

	private void expectNoDraft() {
		expectStatus(HttpStatus.NOT_FOUND, () -> text(this.draft));
		expectStatus(HttpStatus.NOT_FOUND, this.draft::discard);
		expectStatus(HttpStatus.NOT_FOUND, () -> this.draft.append(bytes("a"), MAX));
	}

	private static void expectStatus(HttpStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ObjectException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(status));
	}

	private static String text(Draft draft) throws IOException {
		return draft.read((type, bytes) -> type + ":" + StandardCharsets.US_ASCII.decode(bytes.asByteBuffer()));
	}

	private static MemorySegment bytes(String text) {
		return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
	}

	/** Goes to whatever allocator is current, like that of the sessions. */
	private record Delegate(AtomicReference<Allocator> current) implements Allocator {

		@Override
		public MemorySegment allocate(Layout layout) {
			return this.current.get().allocate(layout);
		}

		@Override
		public void deallocate(MemorySegment block, Layout layout) {
			this.current.get().deallocate(block, layout);
		}

	}

}
