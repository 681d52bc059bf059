// Package bearer keeps one access token for all callers of a service.
//
// Its promise: while many goroutines call a service with the same account,
// the token is fetched by one of them at a time, renewed before it ends, and
// sent to no host but the one that the caller addressed.
//
// How a token is obtained (client credentials, refresh token, a person's
// sign-in) is the business of a Fetch; the package knows no service.
package bearer
