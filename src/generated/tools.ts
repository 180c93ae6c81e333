// Made by `npm run generate` from tools/; do not edit.
import type { CatalogueEntry } from '../mcp/listing/catalogue.js';

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    "name": "event-search",
    "toolset": "context",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "event-search",
      "title": "Search events",
      "description": "Find the exact names of events that the project has received, for metrics; PostHog refuses names it has never seen.\nlast_seen_at tells whether one still arrives.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "search": {
            "description": "Part of the name",
            "type": "string"
          },
          "limit": {
            "default": 20,
            "description": "Up to 100",
            "type": "integer"
          },
          "offset": {
            "description": "From next_offset",
            "type": "integer"
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "truncated": {
            "type": "boolean"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Search events",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "find event names, tracking, what we track",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-activity",
    "toolset": "results",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-activity",
      "title": "Experiment activity",
      "description": "Who changed what and when on an experiment, its flag, holdout and shared metrics, newest first.\nNeeds scope activity_log:read.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "limit": {
            "default": 20,
            "description": "Up to 100",
            "type": "integer"
          },
          "offset": {
            "description": "From next_offset",
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "truncated": {
            "type": "boolean"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Experiment activity",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "audit log, history, who changed the A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-archive",
    "toolset": "lifecycle",
    "access": "live",
    "varies": true,
    "undoTools": [
      "experiment-unarchive",
      "feature-flag-restore"
    ],
    "definition": {
      "name": "experiment-archive",
      "title": "Archive experiment",
      "description": "Hide a stopped experiment from the default list. A flag that is on goes on serving.\ndisable_feature_flag: true also turns the flag off for everybody (scope feature_flag:write; skipped if another live experiment uses the flag). Only if the user asks. already_done if it is archived.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "disable_feature_flag": {
            "description": "Also turn the flag off",
            "type": "boolean"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Archive experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "archive, hide or tidy up an old A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-assess",
    "toolset": "results",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-assess",
      "title": "Assess experiment",
      "description": "What to do with an experiment, by fixed rules: ship, keep control, keep running (until when), fix something first, end as inconclusive, or cannot tell.\nReads stored results and calculates nothing; where old or absent, experiment-results refresh: true comes first.\nevidence_comment can be the conclusion_comment.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "detail": {
            "description": "full: also by breakdown value",
            "type": "string",
            "enum": [
              "concise",
              "full"
            ]
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "recommendation": {
            "type": "string"
          },
          "summary": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "status": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "findings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "posthog_findings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "metrics": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "exposures": {
            "type": "object"
          },
          "plan": {
            "type": "object"
          },
          "freshness": {
            "type": "object"
          },
          "missing": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "evidence_comment": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Assess experiment",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "ui": {
          "resourceUri": "ui://posthog-experiments/results"
        },
        "anthropic/searchHint": "is there a winner, conclude, verdict, should we ship the A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-calculate-running-time",
    "toolset": "results",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-calculate-running-time",
      "title": "Calculate running time",
      "description": "How many users and days an experiment needs to detect an effect; stores nothing (experiment-update does).\nGive baseline_value or past sums; ratio and retention also need denominator_sum, denominator_sum_squares and numerator_denominator_sum_product. The size is the total over all variants.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "metric_type": {
            "type": "string",
            "enum": [
              "funnel",
              "mean_count",
              "mean_sum_or_avg",
              "ratio",
              "retention"
            ],
            "description": "mean_count: events; mean_sum_or_avg: a property"
          },
          "minimum_detectable_effect": {
            "type": "number",
            "description": "Relative, in %"
          },
          "number_of_variants": {
            "default": 2,
            "description": "Baseline included",
            "type": "integer",
            "minimum": 2,
            "maximum": 20
          },
          "split": {
            "description": "Uneven split, baseline first",
            "type": "array",
            "items": {
              "type": "number"
            }
          },
          "exposure_rate_per_day": {
            "description": "Users per day",
            "type": "number"
          },
          "baseline_value": {
            "description": "Rate 0–1 or mean",
            "type": "number"
          },
          "variance": {
            "description": "Instead of the estimate",
            "type": "number"
          },
          "samples": {
            "description": "Past users",
            "type": "integer"
          },
          "sum": {
            "description": "Conversions or total value",
            "type": "number"
          },
          "sum_squares": {
            "description": "Of the values",
            "type": "number"
          }
        },
        "required": [
          "metric_type",
          "minimum_detectable_effect"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "baseline_value": {
            "type": "number"
          },
          "variance": {
            "type": "number"
          },
          "recommended_sample_size": {
            "type": "number"
          },
          "recommended_running_time_days": {
            "type": "number"
          },
          "note": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Calculate running time",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "sample size, power, how long to run an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-cleanup-task",
    "toolset": "admin",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-cleanup-task",
      "title": "Follow clean-up",
      "description": "How far the pull request is that ending or shipping with open_cleanup_pr asked for: run_status and pr_url. Ask again every minute until is_terminal.\n404 where none was asked for.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "task_id": {
            "type": "string"
          },
          "run_status": {
            "type": "string"
          },
          "is_terminal": {
            "type": "boolean"
          },
          "project_id": {
            "type": "number"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Follow clean-up",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "remove flag code, clean-up pull request",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-copy-to-project",
    "toolset": "admin",
    "access": "write",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-copy-to-project",
      "title": "Copy to another project",
      "description": "Copy an experiment as a draft into another project of the same organization: settings and metrics, not holdout, shared metrics, dates or results.\nConfirm the project by name (project-list).\nIf that project has a flag with the key already, the copy uses it as it is. 404 \"Target team not found.\", 403 without write access there, 400 for legacy metrics.\nCannot be undone from here: this server acts in its own project only.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "target_project": {
            "description": "Id from project-list",
            "type": "integer"
          },
          "feature_flag_key": {
            "description": "Key there; left out, the same",
            "type": "string"
          },
          "name": {
            "description": "Of the copy",
            "type": "string"
          }
        },
        "required": [
          "id",
          "target_project"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Copy to another project",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "copy an A/B test to another project",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-create",
    "toolset": "experiments",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-delete"
    ],
    "definition": {
      "name": "experiment-create",
      "title": "Create experiment",
      "description": "Create a draft; nobody sees anything until experiment-launch.\nMakes a feature flag, off, or links the one that has the key already, as it is (then give no variants or rollout).\nA bare percentage is ambiguous, so ask: split_percent divides users inside, rollout_percentage is the share who enter.\nThe baseline is the variant control, else the first. Default: control 50, test 50, rollout 100. Takes the settings of experiment-update; release_conditions follow on the draft.\nFind events with event-search; one never seen needs allow_unknown_events.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "description": "For people"
          },
          "feature_flag_key": {
            "type": "string",
            "description": "Key in the code"
          },
          "description": {
            "description": "Hypothesis",
            "type": "string"
          },
          "variants": {
            "description": "All of them",
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "key": {
                  "type": "string",
                  "description": "As in the code"
                },
                "name": {
                  "description": "For people",
                  "type": "string"
                },
                "split_percent": {
                  "type": "integer",
                  "description": "Share inside"
                }
              },
              "required": [
                "key",
                "split_percent"
              ]
            }
          },
          "rollout_percentage": {
            "description": "Share who enter",
            "type": "integer"
          },
          "metrics": {
            "description": "Measures",
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string",
                  "description": "Label"
                },
                "metric_type": {
                  "type": "string",
                  "enum": [
                    "mean",
                    "funnel",
                    "ratio",
                    "retention"
                  ],
                  "description": "mean: per user"
                },
                "role": {
                  "description": "primary (default), secondary",
                  "type": "string"
                },
                "goal": {
                  "description": "increase (default), decrease",
                  "type": "string"
                },
                "event": {
                  "description": "Or action:5. ratio: numerator; retention: return",
                  "type": "string"
                },
                "math": {
                  "description": "Default total",
                  "type": "string",
                  "enum": [
                    "total",
                    "sum",
                    "avg",
                    "min",
                    "max",
                    "unique_session",
                    "dau"
                  ]
                },
                "math_property": {
                  "description": "For sum to max",
                  "type": "string"
                },
                "steps": {
                  "description": "Funnel",
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                },
                "order": {
                  "description": "ordered (default), unordered, strict",
                  "type": "string"
                },
                "denominator_event": {
                  "description": "Ratio",
                  "type": "string"
                },
                "denominator_math": {
                  "description": "As math",
                  "type": "string"
                },
                "denominator_math_property": {
                  "description": "Summed",
                  "type": "string"
                },
                "start_event": {
                  "description": "Retention",
                  "type": "string"
                },
                "start_handling": {
                  "description": "first_seen (default), last_seen",
                  "type": "string"
                },
                "retention_window": {
                  "description": "1-7 days: both included, day 0 is the start's",
                  "type": "string"
                },
                "conversion_window": {
                  "description": "14 days from exposure; else no end",
                  "type": "string"
                },
                "caps": {
                  "description": "Percentiles: 0-99 ignoring zeros",
                  "type": "string"
                },
                "denominator_caps": {
                  "description": "Ratio",
                  "type": "string"
                },
                "threshold": {
                  "description": "mean: share who reach it",
                  "type": "number"
                },
                "breakdowns": {
                  "description": "Properties; person:plan",
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                },
                "attribution": {
                  "description": "Funnel: first_touch, last_touch, step 2",
                  "type": "string"
                },
                "filters": {
                  "description": "All: plan = pro|team; start: x > 5; step 2: person:x is_set",
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                },
                "query_json": {
                  "description": "Rest, as stored: {\"start_event\":{\"kind\":\"ExperimentExposureNode\"}}",
                  "type": "string"
                }
              },
              "required": [
                "name",
                "metric_type"
              ]
            }
          },
          "saved_metric_ids": {
            "description": "As primary",
            "type": "array",
            "items": {
              "type": "integer"
            }
          },
          "secondary_saved_metric_ids": {
            "description": "As secondary",
            "type": "array",
            "items": {
              "type": "integer"
            }
          },
          "allow_unknown_events": {
            "description": "Only if the user confirms",
            "type": "boolean"
          }
        },
        "required": [
          "name",
          "feature_flag_key"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Create experiment",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "new A/B test, split test, set up a test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-create-exposure-cohort",
    "toolset": "admin",
    "access": "write",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-create-exposure-cohort",
      "title": "Create exposure cohort",
      "description": "Make a cohort of the users exposed to a launched experiment ($feature_flag_called since its start). Changes nothing for users.\nOnce per experiment, already_done after that; 400 \"Experiment does not have a start date\" for a draft.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Create exposure cohort",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "cohort of users who saw the A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-create-from-prompt",
    "toolset": "beta",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-delete"
    ],
    "definition": {
      "name": "experiment-create-from-prompt",
      "title": "Create from prompt",
      "description": "Create a draft that compares versions of a prompt: one variant each, split evenly, with the version as payload of a new flag that is off.\nexperiment-prompt-templates lists the metrics. 400 for a key that is taken or a version that does not exist.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "prompt_name": {
            "type": "string",
            "description": "As in LLM analytics"
          },
          "versions": {
            "type": "array",
            "items": {
              "type": "integer"
            },
            "description": "First: control"
          },
          "templates": {
            "type": "array",
            "items": {
              "type": "string",
              "enum": [
                "cost",
                "latency",
                "eval_pass_rate"
              ]
            },
            "description": "Metrics"
          },
          "feature_flag_key": {
            "type": "string",
            "description": "New key"
          },
          "name": {
            "description": "For people",
            "type": "string"
          },
          "description": {
            "description": "Hypothesis",
            "type": "string"
          }
        },
        "required": [
          "prompt_name",
          "versions",
          "templates",
          "feature_flag_key"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Create from prompt",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "A/B test of LLM prompts",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-delete",
    "toolset": "experiments",
    "access": "destructive",
    "varies": false,
    "undoTools": [
      "experiment-update"
    ],
    "definition": {
      "name": "experiment-delete",
      "title": "Delete experiment",
      "description": "Delete an experiment (softly, in any status): it leaves every list and read.\nOnly its id brings it back, by experiment-update restore: true while its flag exists.\nA flag that is on goes on serving variants; experiment-pause first stops that.\nTo hide a finished one use experiment-archive. 404 if it is deleted already.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Delete experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "delete, remove an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-diagnose",
    "toolset": "results",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-diagnose",
      "title": "Diagnose experiment",
      "description": "Where the users of a launched experiment went, from the events: no or few exposures, skewed split, several variants, metrics that differ.\nNames causes with numbers. Scope query:read. Not for a draft.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "project_id": {
            "type": "number"
          },
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "status": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "conclusion": {
            "type": "string"
          },
          "causes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "exposures": {
            "type": "object"
          },
          "metrics": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "missing": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Diagnose experiment",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "A/B test: no exposures, users missing, skewed split, numbers differ",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-duplicate",
    "toolset": "experiments",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-delete"
    ],
    "definition": {
      "name": "experiment-duplicate",
      "title": "Duplicate experiment",
      "description": "Copy an experiment into a new draft; not dates, conclusion, holdout, tags or results.\nGive a new feature_flag_key. Without one both experiments share the same flag, so pausing, shipping or changing one reaches the other. A new key makes a flag that is off, same variants and rollout, no targeting; an existing key links that flag as it is. Not for legacy metrics.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "feature_flag_key": {
            "description": "Of the copy",
            "type": "string"
          },
          "name": {
            "description": "Of the copy",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Duplicate experiment",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "clone, copy, rerun an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-end",
    "toolset": "lifecycle",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-update"
    ],
    "definition": {
      "name": "experiment-end",
      "title": "End experiment",
      "description": "End a launched experiment: end_date becomes now and only data up to it counts. Give a conclusion.\nwon and lost pass only where experiment-assess says so, else they need override_reason; a comment left out is filled with the evidence.\nThe flag is not touched: users keep their variants and exposure events go on. To serve one variant use experiment-ship-variant instead; to switch variants off too, experiment-pause first.\n400 for a draft; of an ended one only with another conclusion. Works while paused. A conclusion set earlier is kept. Backdate with experiment-update end_date.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "conclusion": {
            "description": "Verdict",
            "type": "string",
            "enum": [
              "won",
              "lost",
              "inconclusive",
              "stopped_early",
              "invalid"
            ]
          },
          "conclusion_comment": {
            "description": "Why",
            "type": "string"
          },
          "open_cleanup_pr": {
            "description": "If asked: PR removing the flag",
            "type": "boolean"
          },
          "repository": {
            "description": "owner/name",
            "type": "string"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          },
          "override_reason": {
            "description": "If gates fail",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "End experiment",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "stop, finish, conclude, close an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-freeze-exposure",
    "toolset": "exposure",
    "access": "live",
    "varies": false,
    "undoTools": [
      "experiment-unfreeze-exposure"
    ],
    "definition": {
      "name": "experiment-freeze-exposure",
      "title": "Freeze exposure",
      "description": "Stop enrolling new users in a running experiment and go on measuring those exposed so far, who keep their variants.\nPostHog saves them as a static cohort and narrows every release condition to it. end_date stays empty; results then speak of those who came early.\nCan take tens of seconds; wait, do not repeat. 400 for a draft, ended or paused one (\"Resume it first\"), with nobody exposed, group-aggregated flags, holdouts or early access conditions.\nUndo: experiment-unfreeze-exposure.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Freeze exposure",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "stop enrolling new users in an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-get",
    "toolset": "experiments",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-get",
      "title": "Get experiment",
      "description": "One experiment by id or feature_flag_key: status, dates, variants, rollout, metrics with uuid, exposure rules, plan, conclusion. No results.\npaused = launched with the flag off, exposure_frozen = running without new users, stopped = ended (the flag may still serve).\nfound: false names candidates instead of guessing. 404 for deleted ones.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "feature_flag_key": {
            "description": "Exact key, instead of id",
            "type": "string"
          },
          "detail": {
            "description": "full: all settings",
            "type": "string",
            "enum": [
              "concise",
              "full"
            ]
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "status": {
            "type": "string"
          },
          "feature_flag_key": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "description": {
            "type": "string"
          },
          "type": {
            "type": "string"
          },
          "start_date": {
            "type": "string"
          },
          "end_date": {
            "type": "string"
          },
          "conclusion": {
            "type": "string"
          },
          "conclusion_comment": {
            "type": "string"
          },
          "archived": {
            "type": "boolean"
          },
          "deleted": {
            "type": "boolean"
          },
          "feature_flag": {
            "type": "object"
          },
          "metrics": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "saved_metrics": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Get experiment",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "show, open, look up an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-holdouts-create",
    "toolset": "holdouts",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-holdouts-destroy"
    ],
    "definition": {
      "name": "experiment-holdouts-create",
      "title": "Create holdout",
      "description": "Make a holdout. It holds nobody out until a draft uses it (experiment-update holdout_id, before launch only).\nexclusion_percent is the share kept OUT, not the share that enters. Undo: experiment-holdouts-destroy.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string",
            "description": "For people"
          },
          "description": {
            "description": "What it is for",
            "type": "string"
          },
          "exclusion_percent": {
            "type": "number",
            "description": "Share of users held OUT of its experiments"
          }
        },
        "required": [
          "name",
          "exclusion_percent"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "holdout": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Create holdout",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "holdout, holdback group",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-holdouts-destroy",
    "toolset": "holdouts",
    "access": "destructive",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-holdouts-destroy",
      "title": "Delete holdout",
      "description": "Delete a holdout for good.\nThe users it held out enter the experiments that used it at once, running ones too: confirm by name, with experiment-holdouts-retrieve before. Cannot be undone; a new holdout would hold out other users.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Holdout id",
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "holdout": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Delete holdout",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "delete holdout, holdback group",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-holdouts-list",
    "toolset": "holdouts",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-holdouts-list",
      "title": "List holdouts",
      "description": "Holdouts of the project: groups of users that are kept out of every experiment that uses the holdout. exclusion_percent is the share held out.\nWhich experiments use one: experiment-holdouts-retrieve.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "limit": {
            "default": 20,
            "description": "Up to 100",
            "type": "integer"
          },
          "offset": {
            "description": "From next_offset",
            "type": "integer"
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "truncated": {
            "type": "boolean"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "List holdouts",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "holdouts, holdback groups",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-holdouts-partial-update",
    "toolset": "holdouts",
    "access": "destructive",
    "varies": true,
    "undoTools": [
      "experiment-holdouts-partial-update"
    ],
    "definition": {
      "name": "experiment-holdouts-partial-update",
      "title": "Update holdout",
      "description": "Change a holdout.\nAnother exclusion_percent rewrites the flags of ALL experiments that use it at once, so users enter or drop out of running ones: tell the user which (experiment-holdouts-retrieve) and confirm. Undo: the same tool with the old values; the bias stays.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Holdout id",
            "type": "integer"
          },
          "name": {
            "description": "New name",
            "type": "string"
          },
          "description": {
            "description": "Empty text removes it",
            "type": "string"
          },
          "exclusion_percent": {
            "description": "Share of users held OUT",
            "type": "number"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "holdout": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Update holdout",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "change holdout, holdback group",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-holdouts-retrieve",
    "toolset": "holdouts",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-holdouts-retrieve",
      "title": "Get holdout",
      "description": "One holdout with the experiments that use it, archived ones too; serves: its flag is on.\nRead it before changing or deleting the holdout: that reaches all of them.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Holdout id",
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "description": {
            "type": "string"
          },
          "exclusion_percent": {
            "type": "number"
          },
          "experiments": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "created_at": {
            "type": "string"
          },
          "updated_at": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "item_url": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Get holdout",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "show holdout, holdback group",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-launch",
    "toolset": "lifecycle",
    "access": "live",
    "varies": false,
    "undoTools": [
      "experiment-reset"
    ],
    "definition": {
      "name": "experiment-launch",
      "title": "Launch experiment",
      "description": "Start a draft: turns its feature flag on and sets start_date to now, so real users are enrolled at once.\nNeeds no metrics, so check them before. Set variants before: after launch only their split can change.\nalready_done if it is running; 400 if it is paused (experiment-resume), or if the flag is deleted or has under 2 variants.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          },
          "override_reason": {
            "description": "If gates fail",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Launch experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "start, launch, go live, begin an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-list",
    "toolset": "experiments",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-list",
      "title": "List experiments",
      "description": "Find experiments by status, name, flag key, creator or tag.\nArchived ones are left out; archived: true shows only those. Deleted ones are never listed. Rows carry no metrics: use experiment-get.\nrunning excludes paused (flag off) and exposure_frozen (no new users).",
      "inputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "description": "Lifecycle",
            "type": "string",
            "enum": [
              "draft",
              "running",
              "paused",
              "exposure_frozen",
              "stopped",
              "all"
            ]
          },
          "archived": {
            "description": "Only these",
            "type": "boolean"
          },
          "search": {
            "description": "Part of name or flag key",
            "type": "string"
          },
          "feature_flag_id": {
            "description": "On this flag",
            "type": "integer"
          },
          "created_by_id": {
            "description": "From detail: full",
            "type": "integer"
          },
          "tags": {
            "description": "Any of them",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "order": {
            "description": "Such as -start_date, name, duration, conclusion",
            "type": "string"
          },
          "limit": {
            "default": 20,
            "description": "Up to 100",
            "type": "integer"
          },
          "offset": {
            "description": "From next_offset",
            "type": "integer"
          },
          "detail": {
            "description": "full: all settings",
            "type": "string",
            "enum": [
              "concise",
              "full"
            ]
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "truncated": {
            "type": "boolean"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "item_url": {
            "type": "string"
          },
          "note": {
            "type": "string"
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "List experiments",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "list A/B tests, running experiments",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-migrate",
    "toolset": "admin",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-delete"
    ],
    "definition": {
      "name": "experiment-migrate",
      "title": "Migrate legacy experiment",
      "description": "Make a twin of an experiment with legacy metrics (is_legacy) in the current format: a new experiment on the same feature flag with converted metrics.\nThe old one stays as it is.\nA second call answers with the first twin. 400 if it is not legacy. Undo: experiment-delete on the twin.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Migrate legacy experiment",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "migrate a legacy A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-pause",
    "toolset": "lifecycle",
    "access": "live",
    "varies": false,
    "undoTools": [
      "experiment-resume"
    ],
    "definition": {
      "name": "experiment-pause",
      "title": "Pause experiment",
      "description": "Turn the feature flag of a running experiment off: everybody falls back to the default of the code at once, no new exposures.\nDoes not end it: end_date stays empty and metrics of people already exposed go on counting. To stop measuring use experiment-end.\nOther experiments on the same flag stop too. 400 for a draft or ended one; already_done if it is paused.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Pause experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "pause, kill switch, roll back, stop rollout of an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-preflight",
    "toolset": "context",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-preflight",
      "title": "Check before launch",
      "description": "Whether a draft can be launched: metrics, events, split, rollout, who shares its flag, sample plan against traffic, exposure, holdout, dates.\nUse it before experiment-launch; it changes nothing.\nready: false means a blocker; unknown means it could not be read or told, not that it is fine. Drafts only.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "project_id": {
            "type": "number"
          },
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "ready": {
            "type": "boolean"
          },
          "summary": {
            "type": "string"
          },
          "checks": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "missing": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "next": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Check before launch",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "check an A/B test before launch, ready to start",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-prompt-templates",
    "toolset": "beta",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-prompt-templates",
      "title": "Prompt templates",
      "description": "Metrics that experiment-create-from-prompt can compare versions of a prompt by, with what each measures. Changes nothing.\nNot in every project: PostHog is still bringing it to them.",
      "inputSchema": {
        "type": "object",
        "properties": {}
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "project_id": {
            "type": "number"
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Prompt templates",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "metrics for A/B tests of LLM prompts",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-reset",
    "toolset": "lifecycle",
    "access": "destructive",
    "varies": false,
    "undoTools": [
      "experiment-update",
      "feature-flag-restore"
    ],
    "definition": {
      "name": "experiment-reset",
      "title": "Reset experiment",
      "description": "Back to draft: clears start and end date, conclusion and comment, and takes it out of the archive. Results are hidden until it is launched again.\nA flag that is on goes on serving variants, also a shipped one. disable_feature_flag: true turns it off.\nFor another run that keeps this one use experiment-duplicate. already_done on a draft.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "disable_feature_flag": {
            "description": "Also turn the flag off",
            "type": "boolean"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Reset experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "reset, restart an A/B test from scratch",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-results",
    "toolset": "results",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-results",
      "title": "Experiment results",
      "description": "Exposures with sample-ratio check; per metric and variant the value, effect with interval, significance, and whether that is better by the metric's goal.\nShows the stored results and how old they are. refresh: true calculates anew (scope experiment:write; at most every 5 minutes); a long one goes on: call again with its recalculation_id.\n\"significant\" alone is no decision: see experiment-assess. Not for a draft.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "refresh": {
            "description": "Calculate anew and wait for it",
            "type": "boolean"
          },
          "recalculation_id": {
            "description": "A calculation started before",
            "type": "string"
          },
          "metric_uuid": {
            "description": "Only this metric",
            "type": "string"
          },
          "breakdowns": {
            "description": "Also per breakdown value",
            "type": "boolean"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "project_id": {
            "type": "number"
          },
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "status": {
            "type": "string"
          },
          "start_date": {
            "type": "string"
          },
          "end_date": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "freshness": {
            "type": "object"
          },
          "method": {
            "type": "string"
          },
          "confidence_level": {
            "type": "number"
          },
          "effects_are": {
            "type": "string"
          },
          "exposures": {
            "type": "object"
          },
          "metrics": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "missing": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "cautions": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Experiment results",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "ui": {
          "resourceUri": "ui://posthog-experiments/results"
        },
        "anthropic/searchHint": "results, lift, significance, conversion of an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-resume",
    "toolset": "lifecycle",
    "access": "live",
    "varies": false,
    "undoTools": [
      "experiment-pause"
    ],
    "definition": {
      "name": "experiment-resume",
      "title": "Resume experiment",
      "description": "Turn the flag of a paused experiment on again: users are enrolled at once, and people get the same variants as before.\nstart_date does not move. 400 for a draft or ended one; already_done if it is not paused.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Resume experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "resume, unpause, turn an A/B test on again",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-review",
    "toolset": "context",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-review",
      "title": "Review all experiments",
      "description": "Which experiments need attention: all live, lately ended and draft ones, each once, worst first, with its findings and next call.\ninclude_results looks into the results of paused and ended ones too; slow.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "stopped_within_days": {
            "default": 30,
            "description": "Of ended ones",
            "type": "integer"
          },
          "include_results": {
            "description": "Of up to 100",
            "type": "boolean"
          },
          "limit": {
            "default": 20,
            "description": "Up to 100",
            "type": "integer"
          },
          "offset": {
            "description": "From next_offset",
            "type": "integer"
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "truncated": {
            "type": "boolean"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "project_id": {
            "type": "number"
          },
          "reviewed": {
            "type": "object"
          },
          "totals": {
            "type": "object"
          },
          "item_url": {
            "type": "string"
          },
          "note": {
            "type": "string"
          },
          "missing": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Review all experiments",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "ui": {
          "resourceUri": "ui://posthog-experiments/review"
        },
        "anthropic/searchHint": "overview of all A/B tests, what needs attention",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-saved-metrics-create",
    "toolset": "saved-metrics",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-saved-metrics-destroy"
    ],
    "definition": {
      "name": "experiment-saved-metrics-create",
      "title": "Create saved metric",
      "description": "Make a metric that experiments can share (attach it with experiment-update add_saved_metric_id).\nPostHog does not check here that its events exist: find them with event-search. 400 if the name is taken. Undo: experiment-saved-metrics-destroy.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "metric": {
            "type": "object",
            "properties": {
              "name": {
                "type": "string",
                "description": "Label"
              },
              "metric_type": {
                "type": "string",
                "enum": [
                  "mean",
                  "funnel",
                  "ratio",
                  "retention"
                ],
                "description": "mean: per user"
              },
              "role": {
                "description": "primary (default), secondary",
                "type": "string"
              },
              "goal": {
                "description": "increase (default), decrease",
                "type": "string"
              },
              "event": {
                "description": "Or action:5. ratio: numerator; retention: return",
                "type": "string"
              },
              "math": {
                "description": "Default total",
                "type": "string",
                "enum": [
                  "total",
                  "sum",
                  "avg",
                  "min",
                  "max",
                  "unique_session",
                  "dau"
                ]
              },
              "math_property": {
                "description": "For sum to max",
                "type": "string"
              },
              "steps": {
                "description": "Funnel",
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "order": {
                "description": "ordered (default), unordered, strict",
                "type": "string"
              },
              "denominator_event": {
                "description": "Ratio",
                "type": "string"
              },
              "denominator_math": {
                "description": "As math",
                "type": "string"
              },
              "denominator_math_property": {
                "description": "Summed",
                "type": "string"
              },
              "start_event": {
                "description": "Retention",
                "type": "string"
              },
              "start_handling": {
                "description": "first_seen (default), last_seen",
                "type": "string"
              },
              "retention_window": {
                "description": "1-7 days: both included, day 0 is the start's",
                "type": "string"
              },
              "conversion_window": {
                "description": "14 days from exposure; else no end",
                "type": "string"
              },
              "caps": {
                "description": "Percentiles: 0-99 ignoring zeros",
                "type": "string"
              },
              "denominator_caps": {
                "description": "Ratio",
                "type": "string"
              },
              "threshold": {
                "description": "mean: share who reach it",
                "type": "number"
              },
              "breakdowns": {
                "description": "Properties; person:plan",
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "attribution": {
                "description": "Funnel: first_touch, last_touch, step 2",
                "type": "string"
              },
              "filters": {
                "description": "All: plan = pro|team; start: x > 5; step 2: person:x is_set",
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "query_json": {
                "description": "Rest, as stored: {\"start_event\":{\"kind\":\"ExperimentExposureNode\"}}",
                "type": "string"
              }
            },
            "required": [
              "name",
              "metric_type"
            ],
            "description": "Its name becomes the shared name, unique in the project; role does not apply"
          },
          "description": {
            "description": "What it stands for",
            "type": "string"
          },
          "tags": {
            "description": "Labels",
            "type": "array",
            "items": {
              "type": "string"
            }
          }
        },
        "required": [
          "metric"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "saved_metric": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Create saved metric",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "new shared metric",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-saved-metrics-destroy",
    "toolset": "saved-metrics",
    "access": "destructive",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-saved-metrics-destroy",
      "title": "Delete saved metric",
      "description": "Delete a shared metric for good. Every experiment that uses it loses it and its results; PostHog does not list them. Confirm by name.\nCannot be undone: a new one has to be attached to each experiment again. To take it off one experiment use experiment-update remove_saved_metric_id.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Saved metric id",
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "saved_metric": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Delete saved metric",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "delete shared metric",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-saved-metrics-list",
    "toolset": "saved-metrics",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-saved-metrics-list",
      "title": "List saved metrics",
      "description": "Metrics that several experiments share, with what each measures. Attach one with experiment-update add_saved_metric_id instead of defining it again.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "search": {
            "description": "Part of the name",
            "type": "string"
          },
          "event": {
            "description": "Only those that use this event",
            "type": "string"
          },
          "limit": {
            "default": 20,
            "description": "Up to 100",
            "type": "integer"
          },
          "offset": {
            "description": "From next_offset",
            "type": "integer"
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "truncated": {
            "type": "boolean"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "List saved metrics",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "shared metrics, metric library",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-saved-metrics-partial-update",
    "toolset": "saved-metrics",
    "access": "destructive",
    "varies": true,
    "undoTools": [
      "experiment-saved-metrics-partial-update"
    ],
    "definition": {
      "name": "experiment-saved-metrics-partial-update",
      "title": "Update saved metric",
      "description": "Change a shared metric.\nAnother definition changes the results of EVERY experiment that uses it, for the whole run, ended ones too; PostHog does not list these experiments. Confirm with the user. Undo: the same tool with the old definition.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Saved metric id",
            "type": "integer"
          },
          "name": {
            "description": "New name; left out, that of metric",
            "type": "string"
          },
          "description": {
            "description": "Empty text removes it",
            "type": "string"
          },
          "metric": {
            "description": "What changes, as in experiment-saved-metrics-create",
            "type": "object",
            "properties": {
              "name": {
                "type": "string"
              },
              "metric_type": {
                "type": "string"
              },
              "role": {
                "type": "string"
              },
              "goal": {
                "type": "string"
              },
              "event": {
                "type": "string"
              },
              "math": {
                "type": "string"
              },
              "math_property": {
                "type": "string"
              },
              "steps": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "order": {
                "type": "string"
              },
              "denominator_event": {
                "type": "string"
              },
              "denominator_math": {
                "type": "string"
              },
              "denominator_math_property": {
                "type": "string"
              },
              "start_event": {
                "type": "string"
              },
              "start_handling": {
                "type": "string"
              },
              "retention_window": {
                "type": "string"
              },
              "conversion_window": {
                "type": "string"
              },
              "caps": {
                "type": "string"
              },
              "denominator_caps": {
                "type": "string"
              },
              "threshold": {
                "type": "number"
              },
              "breakdowns": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "attribution": {
                "type": "string"
              },
              "filters": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "query_json": {
                "type": "string"
              },
              "clear": {
                "description": "Empties fields",
                "type": "array",
                "items": {
                  "type": "string"
                }
              }
            }
          },
          "tags": {
            "description": "Replace all",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "saved_metric": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Update saved metric",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "change shared metric",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-saved-metrics-retrieve",
    "toolset": "saved-metrics",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-saved-metrics-retrieve",
      "title": "Get saved metric",
      "description": "One shared metric; detail: full shows its whole definition with filters.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Saved metric id",
            "type": "integer"
          },
          "detail": {
            "description": "full: all settings",
            "type": "string",
            "enum": [
              "concise",
              "full"
            ]
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "number"
          },
          "name": {
            "type": "string"
          },
          "description": {
            "type": "string"
          },
          "uuid": {
            "type": "string"
          },
          "metric_type": {
            "type": "string"
          },
          "goal": {
            "type": "string"
          },
          "measures": {
            "type": "string"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "created_at": {
            "type": "string"
          },
          "updated_at": {
            "type": "string"
          },
          "query": {
            "type": "object"
          },
          "project_id": {
            "type": "number"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Get saved metric",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "show shared metric",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-ship-variant",
    "toolset": "lifecycle",
    "access": "destructive",
    "varies": false,
    "undoTools": [
      "feature-flag-restore"
    ],
    "definition": {
      "name": "experiment-ship-variant",
      "title": "Ship variant",
      "description": "Give one variant to every user of the experiment: rewrites the flag to 100% for it and 0% for the others, and ends the experiment if it still runs.\nConfirm variant and release mode with the user.\nBy default release conditions and rollout stay. release_to_everyone: true puts a catch-all for 100% of all users first.\nThe flag is not turned on: shipping a paused experiment serves nobody. An earlier conclusion is kept unless given. Works on a stopped one; 400 for a draft.\nPasses only where experiment-assess recommends it; else it needs override_reason.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "variant_key": {
            "type": "string",
            "description": "Of the flag"
          },
          "release_to_everyone": {
            "description": "To all users",
            "type": "boolean"
          },
          "conclusion": {
            "description": "As in experiment-end",
            "type": "string"
          },
          "conclusion_comment": {
            "description": "Why",
            "type": "string"
          },
          "open_cleanup_pr": {
            "description": "If asked: PR removing the flag",
            "type": "boolean"
          },
          "repository": {
            "description": "owner/name",
            "type": "string"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          },
          "override_reason": {
            "description": "If gates fail",
            "type": "string"
          }
        },
        "required": [
          "id",
          "variant_key"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Ship variant",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "ship the winner of an A/B test, roll out a variant, conclude",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-stats",
    "toolset": "admin",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-stats",
      "title": "Experiment velocity",
      "description": "How busy the programme is: experiments launched in the last 30 days and the 30 before, active now, completed lately.\nCounts only; experiment-list names them.",
      "inputSchema": {
        "type": "object",
        "properties": {}
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "launched_last_30d": {
            "type": "integer"
          },
          "launched_previous_30d": {
            "type": "integer"
          },
          "percent_change": {
            "type": "number"
          },
          "active_experiments": {
            "type": "integer"
          },
          "completed_last_30d": {
            "type": "integer"
          },
          "project_id": {
            "type": "number"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Experiment velocity",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "how many A/B tests, experimentation velocity",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-timeseries-results",
    "toolset": "results",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "experiment-timeseries-results",
      "title": "Results over time",
      "description": "One metric day by day: the cumulative value of each variant, its effect and interval, to see whether a difference settles.\nDays come from a daily job and can lag behind experiment-results. Not for a draft.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "metric_uuid": {
            "type": "string",
            "description": "From experiment-get"
          },
          "days": {
            "default": 30,
            "description": "How many of the last days",
            "type": "integer"
          }
        },
        "required": [
          "id",
          "metric_uuid"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "project_id": {
            "type": "number"
          },
          "id": {
            "type": "number"
          },
          "url": {
            "type": "string"
          },
          "metric": {
            "type": "object"
          },
          "status": {
            "type": "string"
          },
          "method": {
            "type": "string"
          },
          "effects_are": {
            "type": "string"
          },
          "computed_at": {
            "type": "string"
          },
          "days": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "days_in_all": {
            "type": "number"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Results over time",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "daily results, trend of an A/B test over time",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-unarchive",
    "toolset": "lifecycle",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiment-archive",
      "feature-flag-restore"
    ],
    "definition": {
      "name": "experiment-unarchive",
      "title": "Unarchive experiment",
      "description": "Bring an archived experiment back to the default list, as it was. Does not reopen it, does not turn its flag on. already_done if it is not archived.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Unarchive experiment",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "bring back an archived A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-unfreeze-exposure",
    "toolset": "exposure",
    "access": "live",
    "varies": false,
    "undoTools": [
      "experiment-freeze-exposure"
    ],
    "definition": {
      "name": "experiment-unfreeze-exposure",
      "title": "Unfreeze exposure",
      "description": "Let new users enter a frozen experiment again: the release conditions are put back exactly and the saved cohort is deleted.\nUsers of before and after the gap may differ, which biases results. already_done if it is not frozen; 400 for a draft or ended one.\nUndo: experiment-freeze-exposure, which then saves the users of that moment.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Unfreeze exposure",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "enroll new users in the A/B test again",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiment-update",
    "toolset": "experiments",
    "access": "live",
    "varies": true,
    "undoTools": [
      "experiment-delete",
      "experiment-reset",
      "experiment-update",
      "feature-flag-restore"
    ],
    "definition": {
      "name": "experiment-update",
      "title": "Update experiment",
      "description": "Change an experiment; what is not named stays. Not for launch, pause, end or ship.\nmetric alone adds one; with replace_metric_uuid it changes that one. Metric changes recompute the results of the whole run.\nAfter launch, changing split or rollout moves users between variants and biases results. Variants cannot be added, removed or renamed then, nor the holdout changed. A bare percentage is ambiguous: split or rollout?\nend_date backdates an end; clear end_date reopens. won and lost need the evidence.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer"
          },
          "name": {
            "description": "New name",
            "type": "string"
          },
          "description": {
            "description": "Hypothesis",
            "type": "string"
          },
          "metric": {
            "description": "As in experiment-create",
            "type": "object",
            "properties": {
              "name": {
                "type": "string"
              },
              "metric_type": {
                "type": "string"
              },
              "role": {
                "type": "string"
              },
              "goal": {
                "type": "string"
              },
              "event": {
                "type": "string"
              },
              "math": {
                "type": "string"
              },
              "math_property": {
                "type": "string"
              },
              "steps": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "order": {
                "type": "string"
              },
              "denominator_event": {
                "type": "string"
              },
              "denominator_math": {
                "type": "string"
              },
              "denominator_math_property": {
                "type": "string"
              },
              "start_event": {
                "type": "string"
              },
              "start_handling": {
                "type": "string"
              },
              "retention_window": {
                "type": "string"
              },
              "conversion_window": {
                "type": "string"
              },
              "caps": {
                "type": "string"
              },
              "denominator_caps": {
                "type": "string"
              },
              "threshold": {
                "type": "number"
              },
              "breakdowns": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "attribution": {
                "type": "string"
              },
              "filters": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "query_json": {
                "type": "string"
              },
              "clear": {
                "description": "Empties fields",
                "type": "array",
                "items": {
                  "type": "string"
                }
              }
            }
          },
          "replace_metric_uuid": {
            "description": "Metric",
            "type": "string"
          },
          "remove_metric_uuid": {
            "description": "Metric",
            "type": "string"
          },
          "add_saved_metric_id": {
            "description": "Or changes it",
            "type": "integer"
          },
          "saved_metric_role": {
            "description": "primary, secondary",
            "type": "string"
          },
          "saved_metric_breakdowns": {
            "description": "person:plan",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "remove_saved_metric_id": {
            "description": "Detaches it",
            "type": "integer"
          },
          "primary_order": {
            "description": "Uuids",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "secondary_order": {
            "description": "Uuids",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "allow_unknown_events": {
            "description": "Only if the user confirms",
            "type": "boolean"
          },
          "variants": {
            "description": "All of them",
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "key": {
                  "type": "string"
                },
                "name": {
                  "type": "string"
                },
                "split_percent": {
                  "type": "integer"
                }
              },
              "required": [
                "key",
                "split_percent"
              ]
            }
          },
          "rollout_percentage": {
            "description": "Share who enter",
            "type": "integer"
          },
          "payloads": {
            "description": "All, by variant: {\"test\":{\"size\":3}}",
            "type": "string"
          },
          "ensure_experience_continuity": {
            "description": "Same variant after login",
            "type": "boolean"
          },
          "aggregation_group_type_index": {
            "description": "Groups, not users; drafts",
            "type": "integer",
            "maximum": 4
          },
          "release_conditions": {
            "description": "All: country = NO; drafts",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "conclusion": {
            "description": "As in experiment-end",
            "type": "string"
          },
          "conclusion_comment": {
            "description": "Why",
            "type": "string"
          },
          "end_date": {
            "description": "Backdate, ISO",
            "type": "string"
          },
          "start_date": {
            "description": "On a draft this launches, ISO",
            "type": "string"
          },
          "stats_method": {
            "description": "bayesian, frequentist",
            "type": "string"
          },
          "minimum_detectable_effect": {
            "description": "Planned, in %",
            "type": "number"
          },
          "recommended_sample_size": {
            "description": "Planned users",
            "type": "integer"
          },
          "holdout_id": {
            "description": "Before launch",
            "type": "integer"
          },
          "tags": {
            "description": "Replace all",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "confidence_level": {
            "description": "In %, such as 95",
            "type": "number",
            "minimum": 50
          },
          "difference_type": {
            "description": "relative, absolute",
            "type": "string"
          },
          "sequential_testing": {
            "description": "on, off, tuning 5000",
            "type": "string"
          },
          "cuped": {
            "description": "on, off, 14 days",
            "type": "string"
          },
          "baseline_variant": {
            "description": "Compared with",
            "type": "string"
          },
          "excluded_variants": {
            "description": "Left out of results",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "only_count_matured_users": {
            "description": "Whose windows are over",
            "type": "boolean"
          },
          "filter_test_accounts": {
            "description": "Omit internal users",
            "type": "boolean"
          },
          "multiple_variant_handling": {
            "description": "Users in several: exclude, first_seen",
            "type": "string"
          },
          "exposure_event": {
            "description": "With $feature/<flag key>; or action:5",
            "type": "string"
          },
          "exposure_filters": {
            "description": "As filters of a metric",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "recommended_running_time": {
            "description": "Planned days",
            "type": "number"
          },
          "clear": {
            "description": "Such as end_date, or a setting",
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          },
          "override_reason": {
            "description": "If gates fail",
            "type": "string"
          }
        },
        "required": [
          "id"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Update experiment",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": false,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "edit, change metric, split or rollout of an A/B test",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "experiments-bulk-update-tags-create",
    "toolset": "admin",
    "access": "write",
    "varies": false,
    "undoTools": [
      "experiments-bulk-update-tags-create"
    ],
    "definition": {
      "name": "experiments-bulk-update-tags-create",
      "title": "Tag experiments",
      "description": "Add, remove or set tags on up to 500 experiments at once. set drops all tags they had. Experiments that cannot be edited are skipped and named.\nChanges nothing for users.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "ids": {
            "type": "array",
            "items": {
              "type": "integer"
            },
            "description": "Experiments, from experiment-list"
          },
          "action": {
            "type": "string",
            "enum": [
              "add",
              "remove",
              "set"
            ],
            "description": "set replaces all tags"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "description": "Lower-cased by PostHog"
          }
        },
        "required": [
          "ids",
          "action",
          "tags"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "tagged": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Tag experiments",
        "readOnlyHint": false,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "tag, label A/B tests",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "feature-flag-get",
    "toolset": "context",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "feature-flag-get",
      "title": "Get feature flag",
      "description": "One feature flag by id or exact key: whether it is on, variants, rollout, and the experiments that share it.\nUse it before reusing a key, and to see whom a change of the flag reaches. detail: full shows the release conditions.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Feature flag id",
            "type": "integer"
          },
          "key": {
            "description": "Exact key, instead of id",
            "type": "string"
          },
          "detail": {
            "description": "full: all settings",
            "type": "string",
            "enum": [
              "concise",
              "full"
            ]
          }
        }
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "type": "number"
          },
          "key": {
            "type": "string"
          },
          "active": {
            "type": "boolean"
          },
          "variants": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "rollout_percentage": {
            "type": "number"
          },
          "problem": {
            "type": "string"
          },
          "payloads": {
            "type": "object"
          },
          "ensure_experience_continuity": {
            "type": "boolean"
          },
          "aggregation_group_type_index": {
            "type": "number"
          },
          "release_conditions": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "release_groups": {
            "type": "number"
          },
          "groups_with_conditions": {
            "type": "number"
          },
          "deleted": {
            "type": "boolean"
          },
          "filters": {
            "type": "object"
          },
          "project_id": {
            "type": "number"
          },
          "url": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Get feature flag",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "feature flag, rollout, who sees which variant",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "feature-flag-restore",
    "toolset": "admin",
    "access": "live",
    "varies": false,
    "undoTools": [
      "experiment-reset",
      "feature-flag-restore"
    ],
    "definition": {
      "name": "feature-flag-restore",
      "title": "Restore feature flag",
      "description": "Put an experiment's feature flag back as the undo of another call says; users get the old split and conditions at once.\nWith reopen_experiment_id the experiment gets the given dates, conclusion and archived; those left out are cleared, so without end_date it runs again.\nNeeds scope feature_flag:write. Send exactly what the undo holds; not for designing a flag.",
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {
            "description": "Feature flag id",
            "type": "integer"
          },
          "filters": {
            "type": "string",
            "description": "Saved JSON"
          },
          "active": {
            "description": "On or off",
            "type": "boolean"
          },
          "reopen_experiment_id": {
            "description": "Put back too",
            "type": "integer"
          },
          "start_date": {
            "description": "Of a draft, ISO",
            "type": "string"
          },
          "end_date": {
            "description": "Left out: not ended, ISO",
            "type": "string"
          },
          "archived": {
            "description": "In the archive",
            "type": "boolean"
          },
          "conclusion": {
            "description": "Verdict",
            "type": "string"
          },
          "conclusion_comment": {
            "description": "Why",
            "type": "string"
          },
          "confirmation_token": {
            "description": "From preview",
            "type": "string"
          },
          "override_reason": {
            "description": "If gates fail",
            "type": "string"
          }
        },
        "required": [
          "id",
          "filters"
        ]
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          },
          "project_id": {
            "type": "number"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "effects": {
            "type": "object"
          },
          "warnings": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "undo": {
            "type": "object"
          },
          "gate": {
            "type": "object"
          },
          "confirmation_token": {
            "type": "string"
          },
          "expires_at": {
            "type": "string"
          },
          "change_request_id": {
            "type": "string"
          },
          "url": {
            "type": "string"
          },
          "experiment": {
            "type": "object"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "Restore feature flag",
        "readOnlyHint": false,
        "destructiveHint": true,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "undo, roll back a shipped variant, revert a flag",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  },
  {
    "name": "project-list",
    "toolset": "admin",
    "access": "read",
    "varies": false,
    "undoTools": [],
    "definition": {
      "name": "project-list",
      "title": "List projects",
      "description": "Projects that the key can reach, and which one this server acts in. The project cannot be switched by a tool: it is set by POSTHOG_PROJECT_ID at the start.",
      "inputSchema": {
        "type": "object",
        "properties": {}
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "total": {
            "type": "number"
          },
          "note": {
            "type": "string"
          },
          "unreadable": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "next_offset": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          },
          "rest": {
            "type": "string"
          },
          "error": {
            "type": "object"
          }
        }
      },
      "annotations": {
        "title": "List projects",
        "readOnlyHint": true,
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true
      },
      "_meta": {
        "anthropic/searchHint": "projects, which project",
        "anthropic/maxResultSizeChars": 72000
      }
    }
  }
];
