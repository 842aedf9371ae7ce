/** The refusal of an API key that belongs to no active project. */
export const UNKNOWN_KEY = {
  code: "invalid_api_key",
  message:
    "This API key does not exist or was revoked. Create one under /v1/organization/projects.",
} as const;
