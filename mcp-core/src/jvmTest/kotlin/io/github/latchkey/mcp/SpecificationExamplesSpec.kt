package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.serialization.KSerializer
import kotlinx.serialization.serializer
import java.io.File

/**
 * Every example of the specification goes through our types and comes out as it was. The examples are in the folder that the system
 * property `latchkey.spec` names; without it there is nothing to test, which the only test then says.
 */
class SpecificationExamplesSpec :
    FunSpec({
        val folder = System.getProperty("latchkey.spec")?.let { File(it, "2026-07-28/examples") }

        if (folder == null) {
            xtest("skipped: the system property latchkey.spec names no folder with the specification's examples") {}
        } else {
            val examples = folder.walk().filter { it.extension == "json" }.sorted().toList()

            test("there are examples") { examples.size shouldBeGreaterThan 100 }

            context("an example is the same after decoding and encoding") {
                withData(nameFn = { it.relativeTo(folder).path }, examples) { file ->
                    val text = file.readText()
                    val codec = checkNotNull(codecs[file.parentFile.name]) { "no type here for ${file.parentFile.name}" }
                    McpJson.parseToJsonElement(codec(text)) shouldBe McpJson.parseToJsonElement(text)
                }
            }
        }
    })

private val OPEN =
    listOf(
        "BooleanSchema", "NumberSchema", "StringSchema", "TitledMultiSelectEnumSchema", "TitledSingleSelectEnumSchema",
        "UntitledMultiSelectEnumSchema", "UntitledSingleSelectEnumSchema", "CallToolRequestParams", "CancelledNotificationParams",
        "ClientCapabilities", "CompleteRequestParams", "ElicitRequestFormParams", "ElicitRequestURLParams", "ElicitResult",
        "GetPromptRequestParams", "InputRequests", "InputRequiredResult", "InputResponses", "ListRootsResult", "ModelPreferences",
        "CreateMessageRequest", "ElicitRequest", "ListRootsRequest", "PaginatedRequestParams",
        "ProgressNotificationParams", "ResourceUpdatedNotificationParams", "SubscriptionsListenResult",
    )

private inline fun <reified T> through(): (String) -> String {
    val serializer: KSerializer<T> = serializer()
    return { McpJson.encodeToString(serializer, RawJson.slice(it.trim(), 0, it.trim().length).decodeWire(serializer)) }
}

/** Messages go through the codec of the wire. */
private val message: (String) -> String = { JsonRpcMessage.parse(it).encode() }

/** What stays JSON in our API, because it is a schema or open. */
private val json: (String) -> String = { RawJson.parse(it).text }

private val codecs: Map<String, (String) -> String> =
    buildMap {
        for (name in listOf("CallTool", "Complete", "Discover", "GetPrompt", "ListPrompts", "ListResourceTemplates")) {
            put("${name}Request", message)
            put("${name}ResultResponse", message)
        }
        for (name in listOf("ListResources", "ListTools", "ReadResource", "SubscriptionsListen")) {
            put("${name}Request", message)
            put("${name}ResultResponse", message)
        }
        for (name in listOf("Cancelled", "LoggingMessage", "Progress", "PromptListChanged", "ResourceListChanged", "ResourceUpdated")) {
            put("${name}Notification", message)
        }
        put("SubscriptionsAcknowledgedNotification", message)
        put("ToolListChangedNotification", message)
        for (name in listOf("HeaderMismatch", "MissingRequiredClientCapability", "UnsupportedProtocolVersion")) put("${name}Error", message)
        for (name in listOf("Internal", "InvalidParams", "MethodNotFound", "Parse")) put("${name}Error", through<JsonRpcError>())
        for (name in listOf("Audio", "Image", "Text", "ToolResult", "ToolUse")) put("${name}Content", through<ContentBlock>())
        put("ResourceLink", through<ContentBlock>())
        put("EmbeddedResource", through<ContentBlock>())
        put("BlobResourceContents", through<ResourceContents>())
        put("TextResourceContents", through<ResourceContents>())
        put("CallToolResult", through<CallToolResult>())
        put("CompleteResult", through<CompleteResult>())
        put("CreateMessageRequestParams", through<SamplingRequest>())
        put("CreateMessageResult", through<SamplingResult>())
        put("DiscoverResult", through<DiscoverResult>())
        put("GetPromptResult", through<GetPromptResult>())
        put("ListPromptsResult", through<ListPromptsResult>())
        put("ListResourceTemplatesResult", through<ListResourceTemplatesResult>())
        put("ListResourcesResult", through<ListResourcesResult>())
        put("ListToolsResult", through<ListToolsResult>())
        put("LoggingMessageNotificationParams", through<LogMessage>())
        put("ReadResourceResult", through<ReadResourceResult>())
        put("Resource", through<Resource>())
        put("Root", through<Root>())
        put("SamplingMessage", through<SamplingMessage>())
        put("ServerCapabilities", through<ServerCapabilities>())
        put("Tool", through<Tool>())
        for (name in OPEN) put(name, json)
    }
