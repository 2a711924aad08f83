package io.freehold.global;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.contract.CheckedAlloc;
import io.freehold.contract.FailingAlloc;
import io.freehold.contract.RecordingAlloc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays the calls that {@code Global} of {@code allocator_api2} was seen to make: each
 * line of the trace is one call of the allocator and the calls of the backend that
 * followed, each indented line what came of it.
 */
class GlobalTraceTests {

	private static final Pattern CALL = Pattern
		.compile("(FAIL )?(\\w+) ?\\((?:dangling,\\()?(\\d+),(\\d+)\\)*(?:->\\((\\d+),(\\d+)\\))? +=> (.*)");

	private static final Pattern OUTCOME = Pattern
		.compile(" +(?:true|(?:ok=true ?)?(?:ptr=0x([0-9a-f]+))?(?: len=0)?)");

	private final CheckedAlloc checked = new CheckedAlloc(Backends.get("system"));

	private final FailingAlloc failing = new FailingAlloc(this.checked);

	private final RecordingAlloc recorded = new RecordingAlloc(this.failing);

	private final Allocator allocator = Global.over(this.recorded);

	/** The block that has bytes. */
	private MemorySegment block = MemorySegment.NULL;

	/** What was answered last. */
	private MemorySegment answer = MemorySegment.NULL;

	private boolean refused;

	@Test
	@DisplayName("B15 every traced call leads to the traced calls of the backend and the traced outcome")
	void replay_trace_sameBackendCalls() throws IOException {
		int calls = 0;
		int outcomes = 0;
		for (String line : lines()) {
			if (line.startsWith("default ")) {
				break;
			}
			Matcher call = CALL.matcher(line);
			Matcher outcome = OUTCOME.matcher(line);
			if (call.matches()) {
				replay(line, call);
				calls++;
			}
			else {
				assertThat(outcome.matches()).as("a line of the trace: '%s'", line).isTrue();
				verify(line, outcome.group(1));
				outcomes++;
			}
		}
		assertThat(calls).as("calls replayed").isEqualTo(21);
		assertThat(outcomes).as("outcomes verified").isEqualTo(9);
		this.checked.verifyAllReturned();
	}

	private static List<String> lines() throws IOException {
		try (InputStream stream = GlobalTraceTests.class.getResourceAsStream("/global-call-trace.txt");
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8))) {
			return reader.lines().filter((line) -> !line.isBlank()).toList();
		}
	}

	private void replay(String line, Matcher call) {
		Layout first = Layout.of(Long.parseLong(call.group(3)), Long.parseLong(call.group(4)));
		MemorySegment old = (first.size() == 0) ? first.dangling() : this.block;
		this.failing.exhausted(call.group(1) != null);
		this.refused = false;
		try {
			switch (call.group(2)) {
				case "allocate" -> answered(this.allocator.allocate(first), first);
				case "allocate_zeroed" -> answered(this.allocator.allocateZeroed(first), first);
				case "deallocate" -> this.allocator.deallocate(old, first);
				case "grow" -> answered(this.allocator.grow(old, first, second(call)), second(call));
				case "grow_zeroed" -> answered(this.allocator.growZeroed(old, first, second(call)), second(call));
				case "shrink" -> answered(this.allocator.shrink(old, first, second(call)), second(call));
				default -> throw new AssertionError("no such call: " + line);
			}
		}
		catch (AllocationException ex) {
			this.refused = true;
			old.fill((byte) 1);
		}
		assertThat(String.join(" ", this.recorded.takeCalls())).as(line).isEqualTo(call.group(7).strip());
		this.failing.exhausted(false);
	}

	private static Layout second(Matcher call) {
		return Layout.of(Long.parseLong(call.group(5)), Long.parseLong(call.group(6)));
	}

	private void answered(MemorySegment block, Layout layout) {
		assertThat(block.byteSize()).isEqualTo(layout.size());
		this.answer = block;
		if (layout.size() != 0) {
			this.block = block;
		}
	}

	/** Verifies an outcome: refused if nothing is said of the block. */
	private void verify(String line, @Nullable String address) {
		if (line.strip().equals("true")) {
			assertThat(this.refused).as("refused").isTrue();
			return;
		}
		assertThat(this.refused).as("refused").isFalse();
		if (address != null) {
			assertThat(this.answer.address()).isEqualTo(Long.parseLong(address, 16));
			assertThat(this.answer.byteSize()).isZero();
		}
	}

}
