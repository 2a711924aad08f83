package io.freehold.operations;

import java.lang.foreign.Arena;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.freehold.Allocator;
import io.freehold.global.Global;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The list of operations is complete, and the record of those that were called tells what
 * is missing.
 */
class OperationTests {

	private static final List<Class<?>> TYPES = List.of(Allocator.class, ManagedAllocator.class, Heap.class,
			Region.class, Region.Mark.class, Arena.class, GlobalAlloc.class, Global.class);

	/** Public methods that are no operations, and why. */
	private static final Map<String, String> WITHOUT_MEMORY = withoutMemory();

	private static Map<String, String> withoutMemory() {
		Map<String, String> reasons = new TreeMap<>();
		reasons.put("Allocator.byRef", "a view that forwards all operations");
		reasons.put("Arena.scope", "an answer");
		reasons.put("Arena.global", "of the JDK");
		reasons.put("Arena.ofAuto", "of the JDK");
		reasons.put("Arena.ofConfined", "of the JDK");
		reasons.put("Arena.ofShared", "of the JDK");
		reasons.put("GlobalAlloc.name", "an answer");
		reasons.put("Global.attach", "opens what CHILD_BACKEND opens, and takes from it from then on");
		reasons.put("Global.holders", "an answer");
		reasons.put("Global.allocator", "a view, whose operations are those of Allocator");
		reasons.put("Global.handleAllocError", "throws");
		reasons.put("Global.install", "sets the backend once per JVM");
		reasons.put("Global.installed", "an answer");
		reasons.put("Global.over", "a view, whose operations are those of Allocator");
		reasons.put("Global.setAllocErrorHook", "sets a hook");
		reasons.put("Global.takeAllocErrorHook", "sets a hook");
		reasons.put("Heap.isClosed", "an answer");
		reasons.put("Heap.isOpen", "an answer");
		reasons.put("Heap.used", "an answer");
		reasons.put("ManagedAllocator.addListener", "sets a listener");
		reasons.put("ManagedAllocator.backend", "an answer");
		reasons.put("ManagedAllocator.budget", "an answer");
		reasons.put("ManagedAllocator.children", "an answer");
		reasons.put("ManagedAllocator.isClosed", "an answer");
		reasons.put("ManagedAllocator.isOpen", "an answer");
		reasons.put("ManagedAllocator.name", "an answer");
		reasons.put("ManagedAllocator.parent", "an answer");
		reasons.put("ManagedAllocator.removeListener", "sets a listener");
		reasons.put("ManagedAllocator.scope", "an answer");
		reasons.put("ManagedAllocator.stats", "an answer");
		reasons.put("Region.confined", "opens what OPEN_REGION opens, over any source of chunks");
		reasons.put("Region.shared", "opens what OPEN_SHARED_REGION opens, over any source of chunks");
		return reasons;
	}

	@Test
	void publicMethods_areAllListed() {
		Set<String> methods = new TreeSet<>();
		for (Class<?> type : TYPES) {
			for (Method method : type.getDeclaredMethods()) {
				if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
					methods.add(Operation.key(type, method.getName()));
				}
			}
		}
		Set<String> listed = new TreeSet<>(WITHOUT_MEMORY.keySet());
		for (Operation operation : Operation.values()) {
			assertThat(WITHOUT_MEMORY).doesNotContainKey(operation.key());
			assertThat(TYPES).contains(operation.type());
			listed.add(operation.key());
		}
		assertThat(methods).isEqualTo(listed);
	}

	@Test
	void overloads_areNone() {
		for (Class<?> type : TYPES) {
			assertThat(Arrays.stream(type.getDeclaredMethods())
				.filter((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
				.map(Method::getName)).as(type.getName()).doesNotHaveDuplicates();
		}
	}

	@Test
	void groups_haveEveryOperation() {
		Set<Operation> all = EnumSet.noneOf(Operation.class);
		for (Set<Operation> group : List.of(Operation.BLOCKS, Operation.TREE, Operation.REGIONS, Operation.BACKENDS,
				Operation.GLOBAL)) {
			assertThat(all).doesNotContainAnyElementsOf(group);
			all.addAll(group);
		}
		assertThat(all).isEqualTo(EnumSet.allOf(Operation.class));
	}

	@Test
	void record_operationMissing_namesIt() {
		OperationRecord record = new OperationRecord();
		for (Operation operation : Operation.BLOCKS) {
			if (operation != Operation.GROW_ZEROED) {
				record.called(operation);
			}
		}
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> record.assertCalled(Operation.BLOCKS))
			.withMessageContaining("GROW_ZEROED");
		record.called(Operation.GROW_ZEROED);
		record.assertCalled(Operation.BLOCKS);
	}

}
