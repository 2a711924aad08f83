package io.freehold.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Word}: more given back than was reserved is seen, told once, and leaves
 * the word as it was, so that nothing waits for ever.
 */
class WordTests {

	private static final Logger LOG = Logger.getLogger("io.freehold");

	private final List<String> logged = new ArrayList<>();

	private final Handler handler = new Handler() {

		@Override
		public void publish(LogRecord logRecord) {
			WordTests.this.logged.add(logRecord.getMessage());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	};

	private final Word word = new Word(1000);

	@BeforeEach
	void listen() {
		LOG.addHandler(this.handler);
	}

	@AfterEach
	void listenNoMore() {
		LOG.removeHandler(this.handler);
	}

	@Test
	void release_moreThanReserved_changesNothingAndIsLoggedOnce() {
		assertThat(this.word.claim(100, false)).isEqualTo(100);
		this.word.release(101);
		this.word.release(200);
		assertThat(this.word.decided()).isEqualTo(100);
		assertThat(this.word.claim(900, false)).isEqualTo(1000);
		assertThat(this.word.claim(1, false)).isEqualTo(Word.REFUSED);
		assertThat(this.word.hasUnderflown()).isTrue();
		assertThat(this.logged).singleElement()
			.asString()
			.contains("101 bytes were given back while 100 bytes were reserved");
	}

	@Test
	void decide_nothingUndecided_changesNothing() {
		assertThat(this.word.claim(100, false)).isEqualTo(100);
		assertThat(this.word.decide(100, false)).isEqualTo(-1);
		assertThat(this.word.reserved()).isEqualTo(100);
		assertThat(this.word.hasUnderflown()).isTrue();
	}

	@Test
	void account_underflow_isNotValid() {
		BudgetAccount account = new BudgetAccount(null, 1000);
		assertThat(account.tryReserve(10)).isNull();
		assertThat(account.isValid()).isTrue();
		account.release(11);
		assertThat(account.isValid()).isFalse();
		assertThat(account.used()).isEqualTo(10);
		assertThat(account.tryReserve(990)).isNull();
		assertThat(account.tryReserve(1)).isSameAs(account);
	}

}
