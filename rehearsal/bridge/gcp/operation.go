package gcp

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/services/compute/compute_operation.go and
// tpgresource/common_operation.go, version 7, read 2026-11-28: an operation is looked at once at once, and then every ten
// seconds.

const pollInterval = 10 * time.Second

func (s *session) wait(operation object, project, activity string, timeout time.Duration) error {
	current := operation
	waiting := &retry.StateChangeConf{
		Pending: []string{"PENDING", "RUNNING"}, Target: []string{"DONE"}, Timeout: timeout,
		MinTimeout: 2 * time.Second, PollInterval: pollInterval,
		Refresh: func() (any, string, error) {
			url := fmt.Sprintf("%sprojects/%s/global/operations/%v", s.compute, project, operation["name"])
			found, err := s.send("GET", url, nil, 0)
			if err != nil {
				return nil, "", err
			}
			current = found
			return found, fmt.Sprint(found["status"]), nil
		},
	}
	if operation["status"] != "DONE" {
		//nolint:staticcheck // like the provider, not with a context
		if _, err := waiting.WaitForState(); err != nil {
			return fmt.Errorf("Error waiting for %s: %w", activity, err)
		}
	}
	return operationError(current)
}

// operationError is what a finished operation says that went wrong.
func operationError(operation object) error {
	failure, ok := operation["error"].(object)
	if !ok {
		return nil
	}
	var said []string
	errors, _ := failure["errors"].([]any)
	for _, one := range errors {
		said = append(said, fmt.Sprint(one.(object)["message"]))
	}
	if len(said) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(said, "\n"))
}
