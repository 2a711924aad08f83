package io.freehold.spring;

import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AllocatorNameTests {

	@ParameterizedTest
	@CsvSource({ "image-cache, image-cache", "imageCache, image-cache", "ImageCache, image-cache",
			"Image_Cache, image-cache", "IMAGE_CACHE, image-cache", "image_cache, image-cache", "images, images",
			"level2Cache, level2-cache", "l2-cache, l2-cache" })
	void whenWrittenInAnyCaseShouldBeOneName(String text, String canonical) {
		assertThat(AllocatorName.of(text)).isEqualTo(new AllocatorName(canonical)).hasToString(canonical);
	}

	@ParameterizedTest
	@CsvSource({ "image-cache, imageCacheAllocator", "images, imagesAllocator", "l2-cache, l2CacheAllocator",
			"a-b-c, aBCAllocator" })
	void whenAskedForBeanNameShouldBeCamelCase(String name, String beanName) {
		assertThat(new AllocatorName(name).beanName()).isEqualTo(beanName);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "image cache", "image.cache", "image/cache", "-images", "images-", "a--b",
			"2nd-level", "größe", "imäge" })
	void whenNotWordsJoinedByDashesShouldBeRefused(String text) {
		assertThatExceptionOfType(InvalidAllocatorNameException.class).isThrownBy(() -> AllocatorName.of(text))
			.withMessageContaining("'" + text + "' cannot be the name of an allocator: it must consist of words")
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo(text))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("such as image-cache"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "root", "global", "application", "request", "session", "thread", "transaction", "method",
			"other", "Request", "REQUEST" })
	void whenReservedShouldBeRefused(String text) {
		assertThatExceptionOfType(InvalidAllocatorNameException.class).isThrownBy(() -> AllocatorName.of(text))
			.withMessageContaining("it is reserved for an allocator that Freehold sets up itself")
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo(text));
	}

	@Test
	void whenValueIsNotCanonicalShouldBeRefused() {
		assertThatExceptionOfType(InvalidAllocatorNameException.class)
			.isThrownBy(() -> new AllocatorName("imageCache"));
	}

	@Test
	void whenDefaultLocaleIsTurkishShouldBeTheSameName() {
		Locale before = Locale.getDefault();
		Locale.setDefault(Locale.of("tr"));
		try {
			assertThat(AllocatorName.of("IMAGE_INDEX").value()).isEqualTo("image-index");
			assertThat(AllocatorName.of("image-index").beanName()).isEqualTo("imageIndexAllocator");
		}
		finally {
			Locale.setDefault(before);
		}
	}

}
