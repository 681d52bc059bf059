// Package tokens keeps what a person's sign-in to Intralinks gave: an access token, and the refresh token that it is
// renewed with, in a Secret that the integration owns.
//
// Its promises: a token is in the Secret before anybody uses it; over all runs and replicas one renewal is under way
// at a time; and a refresh token that the service may have replaced is never sent a second time. Where a crash leaves
// it open whether it was, a person has to sign in again.
package tokens
