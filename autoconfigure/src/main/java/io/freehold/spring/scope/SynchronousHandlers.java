package io.freehold.spring.scope;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Predicate;

import jakarta.servlet.ServletRequest;

import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Knows the requests that Spring MVC completes on the thread it began them on: those that
 * cannot be asynchronous at all, and those whose handler method returns a type that
 * Spring does not handle asynchronously. A return type that could be anything does not
 * count.
 */
public final class SynchronousHandlers implements Predicate<ServletRequest> {

	private static final Class<?>[] ASYNCHRONOUS = { Callable.class, CompletionStage.class, Future.class,
			DeferredResult.class, WebAsyncTask.class, ResponseBodyEmitter.class, StreamingResponseBody.class };

	private final ReactiveAdapterRegistry reactiveTypes = ReactiveAdapterRegistry.getSharedInstance();

	private final ConcurrentHashMap<HandlerMethod, Boolean> synchronous = new ConcurrentHashMap<>();

	/**
	 * Creates a predicate.
	 */
	public SynchronousHandlers() {
	}

	@Override
	public boolean test(ServletRequest request) {
		if (!request.isAsyncSupported()) {
			return true;
		}
		return request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod handler
				&& this.synchronous.computeIfAbsent(handler, this::isSynchronous);
	}

	private boolean isSynchronous(HandlerMethod handler) {
		MethodParameter returned = handler.getReturnType();
		ResolvableType type = ResolvableType.forMethodParameter(returned);
		if (HttpEntity.class.isAssignableFrom(type.toClass())) {
			type = type.as(HttpEntity.class).getGeneric();
		}
		Class<?> raw = type.toClass();
		if (raw == Object.class || (raw == void.class && takesRequest(handler))) {
			return false;
		}
		for (Class<?> asynchronous : ASYNCHRONOUS) {
			if (asynchronous.isAssignableFrom(raw) || raw.isAssignableFrom(asynchronous)) {
				return false;
			}
		}
		return this.reactiveTypes.getAdapter(raw) == null;
	}

	private static boolean takesRequest(HandlerMethod handler) {
		return Arrays.stream(handler.getMethodParameters())
			.map(MethodParameter::getParameterType)
			.anyMatch((type) -> ServletRequest.class.isAssignableFrom(type)
					|| NativeWebRequest.class.isAssignableFrom(type));
	}

}
