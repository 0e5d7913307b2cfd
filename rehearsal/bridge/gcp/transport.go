package gcp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"google.golang.org/api/googleapi"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/transport/transport.go, retry_utils.go and
// error_retry_predicates.go, version 7, read 2026-11-28: 429, 500, 502 and 503 are repeated, other refusals are not.

type object = map[string]any

// usualTimeout is the time for a request and its repetitions.
const usualTimeout = 20 * time.Minute

// send makes one call of a REST API, again where that may help. An answer without a body is nil.
func (s *session) send(method, url string, body object, timeout time.Duration) (object, error) {
	if timeout == 0 {
		timeout = usualTimeout
	}
	var answer object
	//nolint:staticcheck // like the provider, not with a context: a cancelled request is not known to have been refused
	err := retry.Retry(timeout, func() *retry.RetryError {
		var err error
		answer, err = s.once(method, url, body)
		if err != nil && repeatable(err) {
			return retry.RetryableError(err)
		}
		return final(err)
	})
	return answer, err
}

// final ends a retry: with success where there is no error.
func final(err error) *retry.RetryError {
	if err == nil {
		return nil
	}
	return retry.NonRetryableError(err)
}

func (s *session) once(method, url string, body object) (object, error) {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(text)
	}
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	request, err := http.NewRequest(method, url+separator+"alt=json", sent)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer googleapi.CloseBody(response)
	if err := googleapi.CheckResponse(response); err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusNoContent {
		return nil, nil
	}
	var answer object
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return answer, nil
}

func repeatable(err error) bool {
	var refused *googleapi.Error
	if errors.As(err, &refused) {
		switch refused.Code {
		case 429, 500, 502, 503:
			return true
		case 409:
			return strings.Contains(refused.Body, "operationInProgress")
		}
		return false
	}
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return true
	}
	return strings.Contains(err.Error(), "connection reset by peer") || errors.Is(err, io.ErrUnexpectedEOF)
}

func isStatus(err error, code int) bool {
	var refused *googleapi.Error
	return errors.As(err, &refused) && refused.Code == code
}
