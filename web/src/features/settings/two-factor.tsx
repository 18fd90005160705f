import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import type { EnrolmentDocument } from "@/api/schema";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/forms/copy";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { QrCode } from "@/ui/forms/qr-code";
import { Section } from "@/ui/forms/section";
import { ConfirmPassword } from "./password-form";
import { useAccount, useRefreshAccount } from "./queries";

type Step =
  | { at: "rest" }
  | { at: "ask"; to: "begin" | "disable" | "renew" }
  | { at: "scan"; enrolment: EnrolmentDocument }
  | { at: "codes"; codes: string[] };

/** Signing in with the code of an authenticator, and codes for when that is lost. */
export function TwoFactor() {
  const account = useAccount();
  const refresh = useRefreshAccount();
  const [step, setStep] = useState<Step>({ at: "rest" });
  return (
    <Section
      title={i18n._({ id: "factor.title", message: "Sign in with two steps" })}
      lead={i18n._({
        id: "factor.lead",
        message:
          "After your password, an app on your telephone gives a code. A stolen password alone opens nothing.",
      })}
    >
      <Loaded query={account} lines={3}>
        {({ two_factor: on, recovery_codes_left: left }) => {
          switch (step.at) {
            case "ask":
              return <Ask to={step.to} onStep={setStep} onChanged={refresh} />;
            case "scan":
              return <Scan enrolment={step.enrolment} onStep={setStep} onChanged={refresh} />;
            case "codes":
              return <Codes codes={step.codes} onDone={() => setStep({ at: "rest" })} />;
            default:
              return <State on={on} left={left} onStep={setStep} />;
          }
        }}
      </Loaded>
    </Section>
  );
}

interface StepProps {
  onStep(step: Step): void;
  onChanged(): Promise<void>;
}

function State({ on, left, onStep }: { on: boolean; left: number; onStep(step: Step): void }) {
  if (!on) {
    return (
      <Button kind="primary" onClick={() => onStep({ at: "ask", to: "begin" })}>
        {i18n._({ id: "factor.begin", message: "Turn it on" })}
      </Button>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <Notice kind={left > 2 ? "done" : "warning"}>
        {i18n._({
          id: "factor.on",
          message:
            "It is on. {left, plural, =0 {No recovery code is left: make new ones.} one {# recovery code is left.} other {# recovery codes are left.}}",
          values: { left },
        })}
      </Notice>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => onStep({ at: "ask", to: "renew" })}>
          {i18n._({ id: "factor.renew", message: "New recovery codes" })}
        </Button>
        <Button kind="danger" onClick={() => onStep({ at: "ask", to: "disable" })}>
          {i18n._({ id: "factor.disable", message: "Turn it off" })}
        </Button>
      </div>
    </div>
  );
}

function Ask({ to, onStep, onChanged }: StepProps & { to: "begin" | "disable" | "renew" }) {
  const go = async (password: string) => {
    const body = { password };
    if (to === "begin") {
      onStep({ at: "scan", enrolment: await call("POST /api/v1/account/totp", { body }) });
    } else if (to === "renew") {
      const { recovery_codes: codes } = await call("POST /api/v1/account/recovery-codes", { body });
      await onChanged();
      onStep({ at: "codes", codes });
    } else {
      await call("POST /api/v1/account/totp/disable", { body });
      await onChanged();
      onStep({ at: "rest" });
    }
  };
  return (
    <div className="flex flex-col items-start gap-3 *:first:w-full">
      <ConfirmPassword submit={i18n._({ id: "factor.next", message: "Go on" })} onSubmit={go} />
      <Cancel onClick={() => onStep({ at: "rest" })} />
    </div>
  );
}

function Scan({ enrolment, onStep, onChanged }: StepProps & { enrolment: EnrolmentDocument }) {
  const { secret, uri } = enrolment;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-[15px]">
        {i18n._({
          id: "factor.scan",
          message:
            "Scan this with an authenticator app, or type the secret into it. Then write its code below.",
        })}
      </p>
      <div className="flex flex-wrap items-center gap-5">
        <QrCode
          text={uri}
          label={i18n._({ id: "factor.qr", message: "QR code for the authenticator app" })}
        />
        <div className="flex min-w-0 flex-1 basis-52 flex-wrap gap-2">
          <code className="secret flex-1 basis-48 select-all">{secret}</code>
          <CopyButton text={secret} what={i18n._({ id: "factor.secret", message: "Secret" })} />
        </div>
      </div>
      <Form
        fields={{ code_wrong: "code" }}
        onSubmit={async ({ code = "" }) => {
          const body = { code: code.trim() };
          const answer = await call("POST /api/v1/account/totp/confirm", { body });
          await onChanged();
          onStep({ at: "codes", codes: answer.recovery_codes });
        }}
      >
        <TextField
          name="code"
          label={i18n._({ id: "factor.code", message: "Code" })}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={64}
          className="input max-w-48 font-mono tracking-wider"
        />
        <Submit>{i18n._({ id: "factor.confirm", message: "Confirm" })}</Submit>
      </Form>
      <Cancel onClick={() => onStep({ at: "rest" })} />
    </div>
  );
}

function Cancel({ onClick }: { onClick(): void }) {
  return (
    <Button kind="quiet" className="self-start" onClick={onClick}>
      {i18n._({ id: "confirm.no", message: "Cancel" })}
    </Button>
  );
}

function Codes({ codes, onDone }: { codes: string[]; onDone(): void }) {
  return (
    <div className="flex flex-col gap-4">
      <Notice kind="warning">
        {i18n._({
          id: "factor.codes",
          message:
            "Keep these recovery codes where you find them without your telephone. Each signs you in once. They are shown only now.",
        })}
      </Notice>
      <ul className="grid gap-x-6 gap-y-1 font-mono sm:grid-cols-2" data-part="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <CopyButton
          text={codes.join("\n")}
          what={i18n._({ id: "factor.codes.what", message: "Recovery codes" })}
        />
        <Button kind="primary" onClick={onDone}>
          {i18n._({ id: "factor.done", message: "I have kept them" })}
        </Button>
      </div>
    </div>
  );
}
