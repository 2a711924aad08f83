package io.freehold.stress;

import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.operations.Operation;
import io.freehold.operations.OperationRecord;
import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The functions of the process-wide allocator under stress.
 */
class GlobalStressTests extends StressContract {

	private final OperationRecord functions = new OperationRecord();

	@Override
	protected GlobalAlloc backend() {
		return new Functions(this.functions);
	}

	@Override
	protected void verifyAllOperations() {
		this.functions.assertCalled(Operation.GLOBAL);
		assertThat(Global.installed()).isPresent();
	}

	/**
	 * Calls the functions.
	 *
	 * @param record where the calls are counted
	 */
	private record Functions(OperationRecord record) implements GlobalAlloc {

		@Override
		public long allocate(long size, long alignment) {
			this.record.called(Operation.GLOBAL_ALLOC);
			return Global.alloc(Layout.of(size, alignment));
		}

		@Override
		public long allocateZeroed(long size, long alignment) {
			this.record.called(Operation.GLOBAL_ALLOC_ZEROED);
			return Global.allocZeroed(Layout.of(size, alignment));
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.record.called(Operation.GLOBAL_DEALLOC);
			Global.dealloc(address, Layout.of(size, alignment));
		}

		@Override
		public long reallocate(long address, long oldSize, long alignment, long newSize) {
			this.record.called(Operation.GLOBAL_REALLOC);
			return Global.realloc(address, Layout.of(oldSize, alignment), newSize);
		}

		@Override
		public String name() {
			return "Global";
		}

	}

}
