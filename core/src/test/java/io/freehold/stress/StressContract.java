package io.freehold.stress;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.freehold.operations.Operation;
import io.freehold.operations.OperationRecord;
import io.freehold.operations.RecordedBackend;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every workload on platform and on virtual threads. A subclass says in
 * {@link #backend()} which backend to test. Amounts are short ones;
 * {@code -Dfreehold.stress.factor=200} multiplies them.
 */
public abstract class StressContract {

	/**
	 * For subclasses.
	 */
	protected StressContract() {
	}

	/**
	 * Returns the backend under test. Called once for each workload and kind of threads.
	 * @return a backend, which may be the same each time
	 */
	protected abstract GlobalAlloc backend();

	/**
	 * Called after each workload, when all blocks have been freed and all threads have
	 * ended. Does nothing by default.
	 */
	protected void verifyAllFreed() {
	}

	private final OperationRecord record = new OperationRecord();

	/**
	 * Called after all workloads: nothing that a backend does may have been left out.
	 */
	protected void verifyAllOperations() {
		this.record.assertCalled(Operation.BACKENDS);
	}

	@TestFactory
	@DisplayName("blocks keep their content whatever the threads do")
	Stream<DynamicTest> workloads_contentKept() {
		Stream<DynamicTest> tests = workloads().entrySet()
			.stream()
			.flatMap((entry) -> Stream.of(ThreadKind.values())
				.map((kind) -> DynamicTest.dynamicTest(entry.getKey() + ", " + kind,
						() -> run(entry.getKey(), entry.getValue(), kind))));
		return Stream.concat(tests, Stream.of(DynamicTest.dynamicTest("every operation", this::verifyAllOperations)));
	}

	static Map<String, StressWorkload> workloads() {
		Map<String, StressWorkload> workloads = new LinkedHashMap<>();
		workloads.put("mstress", new Mstress());
		workloads.put("rptest", new Rptest());
		workloads.put("larson", new Larson());
		workloads.put("xmalloc-test", new XmallocTest());
		workloads.put("glibc-thread", new GlibcThread());
		workloads.put("alloc-test", new AllocTest());
		workloads.put("exchange", new Exchange());
		return workloads;
	}

	private void run(String name, StressWorkload workload, ThreadKind kind) {
		run(name, workload, new RecordedBackend(backend(), this.record), kind);
		verifyAllFreed();
	}

	static void run(String name, StressWorkload workload, GlobalAlloc backend, ThreadKind kind) {
		long seed = StressSettings.seed();
		try {
			workload.run(new StressRun(backend, kind, new Crew(), seed, StressSettings.factor()));
		}
		catch (Exception | AssertionError ex) {
			throw new AssertionError("%s on threads of kind %s over %s failed, %s: %s".formatted(name, kind,
					backend.name(), StressSettings.repeatWith(seed), ex.getMessage()), ex);
		}
	}

}
